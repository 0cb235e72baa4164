package io.github.dingtalkinbox.testing;

import io.github.dingtalkinbox.Application;
import io.github.dingtalkinbox.crypto.Credentials;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import org.springframework.context.ConfigurableApplicationContext;

/** The whole service on a port of its own, with an app named default. */
public final class Service implements AutoCloseable {
    public static final Credentials CREDENTIALS =
            new Credentials("vecToken2026", "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG", "dingvectorappkey01");

    private final ConfigurableApplicationContext context;

    private Service(ConfigurableApplicationContext context) {
        this.context = context;
    }

    /** Starts the service on this database, with these properties besides. */
    public static Service start(TestDatabase database, String... properties) {
        List<String> arguments = new ArrayList<>(List.of(
                "--server.port=0",
                "--spring.datasource.url=" + database.jdbcUrl(),
                "--spring.datasource.username=" + database.user(),
                "--spring.datasource.password=" + database.password(),
                "--dingtalk.apps.default.token=" + CREDENTIALS.token(),
                "--dingtalk.apps.default.aes-key=" + CREDENTIALS.aesKey(),
                "--dingtalk.apps.default.owner-key=" + CREDENTIALS.ownerKey()));
        for (String property : properties) {
            arguments.add("--" + property);
        }
        return new Service(Application.service().run(arguments.toArray(String[]::new)));
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
