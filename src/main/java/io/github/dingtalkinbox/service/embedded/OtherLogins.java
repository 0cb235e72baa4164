package io.github.dingtalkinbox.service.embedded;

import java.util.Map;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;

/**
 * How to log in to the embedded database as another role than the service's, as properties, before any bean is made that
 * may ask for them. They come first: a role that is configured is one of another database.
 */
final class OtherLogins implements BeanFactoryPostProcessor {
    OtherLogins(Logins logins, ConfigurableEnvironment environment) {
        environment
                .getPropertySources()
                .addFirst(new MapPropertySource(
                        "roles of the embedded database",
                        Map.of(
                                "inbox.schema.username",
                                Logins.MIGRATOR,
                                "inbox.schema.password",
                                logins.password(Logins.MIGRATOR),
                                "inbox.retention.username",
                                Logins.CLEANUP,
                                "inbox.retention.password",
                                logins.password(Logins.CLEANUP))));
    }

    @Override
    public void postProcessBeanFactory(ConfigurableListableBeanFactory beanFactory) {
        // Nothing to do. As a post-processor it is made, and has set the properties, before any other bean.
    }
}
