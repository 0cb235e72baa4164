package io.github.dingtalkinbox.service;

import io.github.dingtalkinbox.internal.apps.AppKeys;
import io.github.dingtalkinbox.internal.apps.DingTalkProperties;
import io.github.dingtalkinbox.internal.seal.SealKeys;
import io.github.dingtalkinbox.internal.start.ConfigurationProblem;
import io.github.dingtalkinbox.internal.start.KnownProperties;
import io.github.dingtalkinbox.internal.webhook.Apps;
import io.github.dingtalkinbox.service.start.PropertyCheck;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.web.server.PortInUseException;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.Environment;
import org.springframework.web.context.ConfigurableWebApplicationContext;

/**
 * Reports problems that would end the start anyway before an embedded database is created, and before the web server
 * reports errors that only follow from them. A command, which has no web server, needs less of the configuration.
 */
final class FirstChecks implements ApplicationContextInitializer<ConfigurableApplicationContext> {
    private static final int DEFAULT_PORT = 8080;

    @Override
    public void initialize(ConfigurableApplicationContext context) {
        Environment environment = context.getEnvironment();
        KnownProperties known = KnownProperties.load();
        context.getBeanFactory().registerSingleton("knownProperties", known);
        PropertyCheck.refuseUnknown(environment, known);
        if (!environment.getProperty("inbox.enabled", Boolean.class, true)) {
            throw new ConfigurationProblem(
                    "inbox.enabled is false, and without the inbox the service can do nothing.",
                    "Remove inbox.enabled: it is for applications that have the library and want to run without it.");
        }
        if (context instanceof ConfigurableWebApplicationContext) {
            PropertyCheck.requireValid(environment, known);
            DingTalkProperties dingTalk = Binder.get(environment).bindOrCreate("inbox", DingTalkProperties.class);
            Apps.of(dingTalk);
            new AppKeys(dingTalk.apps()).complete();
            SealKeys.in(environment);
            checkPort(environment);
        }
    }

    private static void checkPort(Environment environment) {
        int port = environment.getProperty("server.port", Integer.class, DEFAULT_PORT);
        InetAddress address = environment.getProperty("server.address", InetAddress.class);
        if (port > 0) {
            try (var free = new ServerSocket()) {
                free.bind(address == null ? new InetSocketAddress(port) : new InetSocketAddress(address, port));
            } catch (IOException e) {
                // The web server reports anything else.
                PortInUseException.throwIfPortBindingException(e, () -> port);
            }
        }
    }
}
