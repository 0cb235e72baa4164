package io.github.dingtalkinbox.internal.database;

import io.github.dingtalkinbox.internal.start.ConfigurationProblem;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.util.StringUtils;

/**
 * The beans of the application from which the inbox chooses.
 *
 * @param property that names the chosen one
 * @param annotation that marks it
 */
record Candidates<T>(ListableBeanFactory beans, Class<T> type, String property, String annotation) {
    /**
     * The bean that the user chose, by name or annotation.
     *
     * @throws ConfigurationProblem if there is no such bean, or several are annotated
     */
    Optional<T> chosen(@Nullable String name, ObjectProvider<T> annotated) {
        if (StringUtils.hasText(name)) {
            if (!beans.containsBean(name) || !beans.isTypeMatch(name, type)) {
                throw problem(property + " is " + name + ", but there is no such " + type.getSimpleName() + ".");
            }
            return Optional.of(beans.getBean(name, type));
        }
        List<T> marked = annotated.stream().toList();
        if (marked.size() > 1) {
            throw problem("More than one " + type.getSimpleName() + " is annotated with " + annotation + ".");
        }
        return marked.stream().findFirst();
    }

    List<T> all() {
        return List.copyOf(beans.getBeansOfType(type).values());
    }

    ConfigurationProblem problem(String description) {
        return new ConfigurationProblem(
                description,
                "Annotate the bean that the inbox is to use with " + annotation + ", or name it in " + property
                        + ". There are: " + String.join(", ", beans.getBeanNamesForType(type)) + ".");
    }
}
