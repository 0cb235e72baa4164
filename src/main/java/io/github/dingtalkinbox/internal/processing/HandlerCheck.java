package io.github.dingtalkinbox.internal.processing;

import io.github.dingtalkinbox.BatchEventHandler;
import io.github.dingtalkinbox.EventHandler;
import io.github.dingtalkinbox.internal.start.ConfigurationProblem;
import java.lang.reflect.Method;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.aop.support.AopUtils;
import org.springframework.beans.BeansException;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.annotation.BeanFactoryAnnotationUtils;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.scheduling.annotation.Async;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.TransactionManager;
import org.springframework.transaction.annotation.AnnotationTransactionAttributeSource;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.interceptor.TransactionAttribute;
import org.springframework.util.StringUtils;

/**
 * Whether a handler keeps to the transaction of the inbox, as far as its annotations say. One that does not would count as
 * processed whatever becomes of it, and nothing would ever show it.
 */
public final class HandlerCheck {
    private static final Set<Integer> ASIDE = Set.of(
            TransactionDefinition.PROPAGATION_REQUIRES_NEW,
            TransactionDefinition.PROPAGATION_NOT_SUPPORTED,
            TransactionDefinition.PROPAGATION_NEVER);

    private static final List<Method> METHODS = Stream.of(EventHandler.class, BatchEventHandler.class)
            .flatMap(type -> Stream.of(type.getDeclaredMethods()))
            .toList();

    private final AnnotationTransactionAttributeSource transactions = new AnnotationTransactionAttributeSource(false);
    private final Supplier<PlatformTransactionManager> manager;
    private final BeanFactory beans;

    /**
     * @param manager gives the inbox's; asked only if a handler is @Transactional
     * @param beans among which are the other transaction managers
     */
    public HandlerCheck(Supplier<PlatformTransactionManager> manager, BeanFactory beans) {
        this.manager = manager;
        this.beans = beans;
    }

    /**
     * Looks at one handler.
     *
     * @throws ConfigurationProblem if it cannot keep the promise
     */
    public void requireInside(EventHandler handler) {
        Class<?> type = AopProxyUtils.ultimateTargetClass(handler);
        for (Method method : METHODS) {
            if (method.getDeclaringClass().isAssignableFrom(type)) {
                requireInside(AopUtils.getMostSpecificMethod(method, type), type);
            }
        }
    }

    private void requireInside(Method method, Class<?> type) {
        String name = type.getName() + "." + method.getName();
        if (AnnotatedElementUtils.hasAnnotation(method, Async.class)
                || AnnotatedElementUtils.hasAnnotation(type, Async.class)) {
            throw new ConfigurationProblem(
                    name
                            + " is @Async: it would run on another thread, outside of the transaction that records the event,"
                            + " which would count as processed whatever became of it.",
                    "Remove @Async. What may take long belongs in a handler of an event type with"
                            + " inbox.event-types[].mode=queue.");
        }
        TransactionAttribute attribute = transactions.getTransactionAttribute(method, type);
        if (attribute == null) {
            return;
        }
        if (ASIDE.contains(attribute.getPropagationBehavior())) {
            throw new ConfigurationProblem(
                    name + " is @Transactional with the propagation " + propagation(attribute)
                            + ": what it writes would not commit together with the record of the event.",
                    "Remove the propagation. The default, REQUIRED, joins the inbox's transaction, and so does a handler"
                            + " without @Transactional.");
        }
        String qualifier = attribute.getQualifier();
        if (!isTheInboxs(qualifier)) {
            throw new ConfigurationProblem(
                    name + " is @Transactional with "
                            + (StringUtils.hasText(qualifier)
                                    ? "the transaction manager " + qualifier
                                    : "the application's default transaction manager")
                            + ", which is not the inbox's: what it writes would not commit together with the record of the"
                            + " event.",
                    "Name the inbox's transaction manager in the annotation, or remove the annotation: the handler runs in"
                            + " the inbox's transaction anyway.");
        }
    }

    private boolean isTheInboxs(@Nullable String qualifier) {
        try {
            TransactionManager its = StringUtils.hasText(qualifier)
                    ? BeanFactoryAnnotationUtils.qualifiedBeanOfType(beans, TransactionManager.class, qualifier)
                    : beans.getBean(TransactionManager.class);
            return its == manager.get();
        } catch (BeansException e) {
            return false; // none, or several: it would fail for every event
        }
    }

    private static String propagation(TransactionAttribute attribute) {
        return Stream.of(Propagation.values())
                .filter(p -> p.value() == attribute.getPropagationBehavior())
                .findFirst()
                .orElseThrow()
                .name();
    }
}
