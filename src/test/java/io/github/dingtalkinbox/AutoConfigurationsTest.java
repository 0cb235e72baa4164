package io.github.dingtalkinbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.context.annotation.ImportCandidates;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.core.annotation.AnnotatedElementUtils;

/** What the library brings into a host application. */
class AutoConfigurationsTest {
    private static final String BASE = "io.github.dingtalkinbox.";

    private final List<Class<?>> configurations = configurations();

    /** Spring Boot refuses a second bean of one name, so that a name that a host may have too would end its start. */
    @Test
    void allBeansHaveNamesThatNoHostHas() {
        TreeSet<String> names = new TreeSet<>();
        for (Class<?> configuration : configurations) {
            for (Method method : configuration.getDeclaredMethods()) {
                Bean bean = AnnotatedElementUtils.findMergedAnnotation(method, Bean.class);
                if (bean != null) {
                    assertThat(bean.name()).isEmpty();
                    names.add(method.getName());
                }
            }
        }

        assertThat(names).hasSizeGreaterThan(30).allMatch(name -> name.matches("inbox[A-Z]\\w+"));
    }

    /** For a host's tests of other things, which have no PostgreSQL. */
    @Test
    void oneSwitchTurnsAllOfThemOff() {
        new WebApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(configurations.toArray(Class<?>[]::new)))
                .withPropertyValues("inbox.enabled=false")
                .run(host -> {
                    assertThat(host).hasNotFailed();
                    assertThat(host.getBeanDefinitionNames())
                            .noneMatch(name -> name.contains("inbox")
                                    || String.valueOf(host.getType(name)).contains(BASE));
                });
    }

    private static List<Class<?>> configurations() {
        List<Class<?>> classes = new ArrayList<>();
        ClassLoader loader = AutoConfigurationsTest.class.getClassLoader();
        for (String name : ImportCandidates.load(AutoConfiguration.class, loader)) {
            if (name.startsWith(BASE)) {
                classes.add(load(name, loader));
            }
        }
        assertThat(classes).hasSizeGreaterThan(10);
        return classes;
    }

    private static Class<?> load(String name, ClassLoader loader) {
        try {
            return Class.forName(name, false, loader);
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(e);
        }
    }
}
