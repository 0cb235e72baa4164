package io.github.dingtalkinbox.service.console;

import java.time.ZoneId;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.context.MessageSource;
import org.springframework.context.i18n.LocaleContextHolder;
import org.springframework.web.servlet.function.ServerRequest;
import org.springframework.web.servlet.function.ServerResponse;

/**
 * What all pages have in common.
 */
final class Layout {
    private static final String CHINESE = Locale.CHINESE.getLanguage();
    private static final String ENGLISH = Locale.ENGLISH.getLanguage();

    private static final List<String> SECTIONS =
            List.of("overview", "events", "duplicates", "dead-letters", "approvals", "cleanup", "audit");

    private final ZoneId zone;
    private final SentForms forms = new SentForms();
    private final MessageSource messages;

    Layout(ZoneId zone, MessageSource messages) {
        this.zone = zone;
        this.messages = messages;
    }

    /** Whether a form was sent before, so that it has already taken effect. Remembers it. */
    boolean wasSent(ServerRequest form) {
        return forms.include(form);
    }

    /** The times of a page. */
    Times times() {
        return new Times(zone, messages);
    }

    /** The words of a page. */
    Words words() {
        return new Words(messages, times());
    }

    /**
     * A page, or a part of one.
     *
     * @param template a Thymeleaf template, or a fragment of one
     * @param content of the template, by name
     */
    ServerResponse show(ServerRequest request, String template, Map<String, ?> content) {
        return show(request, ServerResponse.ok(), template, content);
    }

    ServerResponse show(
            ServerRequest request, ServerResponse.BodyBuilder response, String template, Map<String, ?> content) {
        Map<String, @Nullable Object> model = new HashMap<>(content);
        String path = request.path();
        model.put("visitor", Visitor.of(request));
        model.put("times", times());
        model.put("words", words());
        model.put("lang", language());
        model.put("sections", SECTIONS);
        model.put("section", path.substring(path.lastIndexOf('/') + 1));
        model.put("otherLang", other());
        model.put("otherLangUrl", Urls.with(request, ConsolePages.LANGUAGE, other()));
        model.put("notice", Notice.take(request));
        return response.render(template, model);
    }

    /** Leads to another page, which shows the result. */
    static ServerResponse seeOther(ServerRequest request, String path) {
        return ServerResponse.status(303)
                .header("Location", request.servletRequest().getContextPath() + "/admin" + path)
                .build();
    }

    private static String language() {
        return LocaleContextHolder.getLocale().getLanguage().equals(CHINESE) ? CHINESE : ENGLISH;
    }

    private static String other() {
        return language().equals(CHINESE) ? ENGLISH : CHINESE;
    }
}
