package io.github.dingtalkinbox.service.console;

import io.github.dingtalkinbox.internal.database.InboxDatabase;
import io.github.dingtalkinbox.internal.queue.QueueLevels;
import io.github.dingtalkinbox.internal.retention.Retention;
import io.github.dingtalkinbox.internal.sql.Causes;
import io.github.dingtalkinbox.internal.sql.SiblingPool;
import io.github.dingtalkinbox.internal.stream.StreamLevels;
import io.github.dingtalkinbox.internal.text.Printable;
import io.github.dingtalkinbox.service.audit.Audit;
import io.github.dingtalkinbox.service.operations.QueueOperations;
import io.github.dingtalkinbox.service.operations.Repetition;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.health.actuate.endpoint.HealthEndpoint;
import org.springframework.context.MessageSource;
import org.springframework.context.annotation.Bean;
import org.springframework.context.support.ResourceBundleMessageSource;
import org.springframework.core.env.Environment;
import org.springframework.http.HttpStatus;
import org.springframework.http.converter.ResourceHttpMessageConverter;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.scheduling.concurrent.CustomizableThreadFactory;
import org.springframework.web.context.request.async.AsyncRequestNotUsableException;
import org.springframework.web.servlet.HandlerAdapter;
import org.springframework.web.servlet.HandlerMapping;
import org.springframework.web.servlet.LocaleResolver;
import org.springframework.web.servlet.ViewResolver;
import org.springframework.web.servlet.function.RequestPredicates;
import org.springframework.web.servlet.function.RouterFunction;
import org.springframework.web.servlet.function.RouterFunctions;
import org.springframework.web.servlet.function.ServerRequest;
import org.springframework.web.servlet.function.ServerResponse;
import org.springframework.web.servlet.function.support.HandlerFunctionAdapter;
import org.springframework.web.servlet.function.support.RouterFunctionMapping;
import org.springframework.web.servlet.i18n.CookieLocaleResolver;
import org.springframework.web.servlet.i18n.LocaleChangeInterceptor;
import org.springframework.web.servlet.support.RequestDataValueProcessor;
import org.thymeleaf.spring6.SpringTemplateEngine;
import org.thymeleaf.spring6.view.ThymeleafViewResolver;
import org.thymeleaf.templatemode.TemplateMode;
import org.thymeleaf.templateresolver.ClassLoaderTemplateResolver;

/** All pages. Not found by the scan for configurations, because it belongs to a context of its own. */
class ConsolePages {
    /** The name of the parameter and the cookie for the language. */
    static final String LANGUAGE = "lang";

    private static final Logger log = LoggerFactory.getLogger(ConsolePages.class);
    static final String FOLDER = "dingtalk-inbox/service/console/";
    private static final int CONNECTIONS = 3;
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(10);
    private static final String UTF_8 = "UTF-8";

    /**
     * The servlet uses this one, so that mappings of the application, such as the actuator's, do not appear under the
     * console.
     */
    @Bean
    HandlerMapping handlerMapping(RouterFunction<ServerResponse> pages) {
        LocaleChangeInterceptor language = new LocaleChangeInterceptor();
        language.setParamName(LANGUAGE);
        language.setIgnoreInvalidLocale(true);
        RouterFunctionMapping mapping = new RouterFunctionMapping(pages);
        mapping.setInterceptors(language);
        mapping.setMessageConverters(List.of(new ResourceHttpMessageConverter()));
        return mapping;
    }

    @Bean
    HandlerAdapter handlerAdapter() {
        return new HandlerFunctionAdapter();
    }

    @Bean
    LocaleResolver localeResolver() {
        CookieLocaleResolver resolver = new CookieLocaleResolver("inbox-" + LANGUAGE);
        resolver.setCookieHttpOnly(true);
        resolver.setCookieSameSite("Lax");
        resolver.setRejectInvalidCookies(false);
        resolver.setDefaultLocaleFunction(request -> {
            Locale best = Locale.lookup(
                    Locale.LanguageRange.parse(languages(request.getHeader("Accept-Language"))),
                    List.of(Locale.CHINESE, Locale.ENGLISH));
            return best == null ? Locale.ENGLISH : best;
        });
        return resolver;
    }

    private static String languages(@Nullable String header) {
        try {
            return header == null || Locale.LanguageRange.parse(header).isEmpty() ? "en" : header;
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) { // the latter for a comma
            return "en";
        }
    }

    @Bean
    MessageSource messageSource() {
        ResourceBundleMessageSource messages = new ResourceBundleMessageSource();
        messages.setBasename(FOLDER.replace('/', '.') + "messages");
        messages.setDefaultEncoding(UTF_8);
        messages.setFallbackToSystemLocale(false);
        messages.setDefaultLocale(Locale.ENGLISH);
        return messages;
    }

    @Bean
    ViewResolver viewResolver(MessageSource messages) {
        ClassLoaderTemplateResolver files = new ClassLoaderTemplateResolver(ConsolePages.class.getClassLoader());
        files.setPrefix(FOLDER + "templates/");
        files.setSuffix(".html");
        files.setTemplateMode(TemplateMode.HTML);
        files.setCharacterEncoding(UTF_8);
        SpringTemplateEngine engine = new SpringTemplateEngine();
        engine.setTemplateResolver(files);
        engine.setTemplateEngineMessageSource(messages);
        engine.addDialect(new PrintableText.Dialect());
        ThymeleafViewResolver resolver = new ThymeleafViewResolver();
        resolver.setTemplateEngine(engine);
        resolver.setCharacterEncoding(UTF_8);
        return resolver;
    }

    /** Spring looks for it by this name. */
    @Bean
    RequestDataValueProcessor requestDataValueProcessor() {
        return new FormFields();
    }

    @Bean
    SiblingPool consolePool(InboxDatabase database) {
        return SiblingPool.beside(database.dataSource())
                .named("console")
                .size(CONNECTIONS)
                .unhurried(LONGEST_WAIT)
                .build();
    }

    @Bean
    ExecutorService consoleExecutor() {
        CustomizableThreadFactory threads = new CustomizableThreadFactory("console-");
        threads.setDaemon(true);
        return Executors.newCachedThreadPool(threads);
    }

    @Bean
    Layout layout(PageProperties properties, MessageSource messages) {
        return new Layout(properties.zone(), messages);
    }

    /** @param stream there is none without an app that has Stream enabled */
    @Bean
    OverviewPage overview(
            Layout layout,
            SiblingPool pool,
            QueueLevels queue,
            HealthEndpoint health,
            ObjectProvider<StreamLevels> stream) {
        OverviewReader reader = new OverviewReader(Views.of(pool), queue, health, layout.times(), Clock.systemUTC());
        return new OverviewPage(reader, stream.getIfAvailable(), layout);
    }

    @Bean
    RouterFunction<ServerResponse> pages(
            Layout layout,
            SiblingPool pool,
            ExecutorService executor,
            Repetition repetition,
            Retention retention,
            OverviewPage overview,
            Environment environment) {
        Clock clock = Clock.systemUTC();
        Views views = Views.of(pool);
        QueueOperations operations = new QueueOperations(pool.get(), new JdbcTransactionManager(pool.get()));
        RouterFunctions.Builder routes = RouterFunctions.route();
        new LoginPage(environment, layout).addTo(routes);
        overview.addTo(routes);
        new EventsPage(views.events(), layout).addTo(routes);
        new EventPage(views, operations, repetition, layout).addTo(routes);
        new DuplicatesPage(views.duplicates(), layout).addTo(routes);
        new DeadLettersPage(operations, layout).addTo(routes);
        new ApprovalsPage(views, layout).addTo(routes);
        new CleanupPage(retention, views.cleanups(), new Audit(pool.get()), executor, clock, layout).addTo(routes);
        new AuditPage(pool.get(), environment, executor, clock, layout).addTo(routes);
        Assets.addTo(routes);
        routes.route(
                RequestPredicates.all(),
                request -> layout.show(request, ServerResponse.status(HttpStatus.NOT_FOUND), "missing", Map.of()));
        return routes.onError(Exception.class, (failure, request) -> failed(failure, request, layout))
                .build();
    }

    private static ServerResponse failed(Throwable failure, ServerRequest request, Layout layout) {
        if (isOfVisitor(failure)) {
            log.debug("The browser closed the connection before {} was complete", Printable.line(request.path()));
            return ServerResponse.ok().build((servletRequest, response) -> null);
        }
        log.error("The page {} cannot be shown", Printable.line(request.path()), failure);
        return layout.show(request, ServerResponse.status(HttpStatus.INTERNAL_SERVER_ERROR), "failed", Map.of());
    }

    /** Not by its causes, because a database connection may break in the same way. */
    private static boolean isOfVisitor(Throwable failure) {
        return Causes.of(failure).anyMatch(AsyncRequestNotUsableException.class::isInstance);
    }
}
