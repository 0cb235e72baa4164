package io.github.dingtalkinbox.testing;

import io.github.dingtalkinbox.internal.crypto.Credentials;
import io.github.dingtalkinbox.service.Application;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;

/** The whole service on a port of its own, with an app named default. */
public final class Service implements AutoCloseable {
    public static final Credentials CREDENTIALS =
            new Credentials("vecToken2026", "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG", "dingvectorappkey01");

    private final ConfigurableApplicationContext context;

    private Service(ConfigurableApplicationContext context) {
        this.context = context;
    }

    /** Starts the service on this database, with these properties besides or instead. */
    public static Service start(TestDatabase database, String... properties) {
        return start(List.of(), database, properties);
    }

    /** Starts it with more beans, from these configuration classes. */
    public static Service start(List<Class<?>> more, TestDatabase database, String... properties) {
        SpringApplication service = Application.service();
        service.addPrimarySources(more);
        return new Service(service.run(arguments(database, properties)));
    }

    static String[] arguments(TestDatabase database, String... properties) {
        Map<String, String> all = new LinkedHashMap<>();
        all.put("server.port", "0");
        all.put("spring.datasource.url", database.jdbcUrl());
        all.put("spring.datasource.username", database.user());
        all.put("spring.datasource.password", database.password());
        all.put("inbox.apps.default.token", CREDENTIALS.token());
        all.put("inbox.apps.default.aes-key", CREDENTIALS.aesKey());
        all.put("inbox.apps.default.owner-key", CREDENTIALS.ownerKey());
        all.put("inbox.drain", "0s");
        all.put("inbox.warm-up", "0s");
        // A test that counts on an event being processed before its answer must not depend on how busy the machine is.
        all.put("inbox.deadline", "20s");
        for (String property : properties) {
            String[] nameAndValue = property.split("=", 2);
            all.put(nameAndValue[0], nameAndValue[1]);
        }
        return all.entrySet().stream()
                .map(e -> "--" + e.getKey() + "=" + e.getValue())
                .toArray(String[]::new);
    }

    public URI url(String path) {
        return URI.create(
                "http://localhost:" + context.getEnvironment().getRequiredProperty("local.server.port") + path);
    }

    /** A client of the app named default. */
    public CallbackClient client() {
        return client("/dingtalk/callback", CREDENTIALS);
    }

    public CallbackClient client(String path, Credentials credentials) {
        return new CallbackClient(url(path), credentials);
    }

    public <T> T bean(Class<T> type) {
        return context.getBean(type);
    }

    @Override
    public void close() {
        context.close();
    }
}
