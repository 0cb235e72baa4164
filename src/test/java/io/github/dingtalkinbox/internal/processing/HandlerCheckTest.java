package io.github.dingtalkinbox.internal.processing;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dingtalkinbox.BatchEventHandler;
import io.github.dingtalkinbox.Event;
import io.github.dingtalkinbox.EventHandler;
import io.github.dingtalkinbox.internal.start.ConfigurationProblem;
import jakarta.transaction.Transactional.TxType;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.FieldSource;
import org.springframework.aop.framework.ProxyFactory;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.scheduling.annotation.Async;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/** Handlers whose annotations break the promise are refused, and no others. */
class HandlerCheckTest {
    static final List<Arguments> REFUSED = List.of(
            Arguments.of(new AsyncHandler(), "AsyncHandler.handle is @Async: it would run on another thread"),
            Arguments.of(new AsyncClassHandler(), "AsyncClassHandler.handle"),
            Arguments.of(
                    new AsideHandler(),
                    "AsideHandler.handle is @Transactional with the propagation REQUIRES_NEW: what it writes would not commit"
                            + " together with the record of the event."),
            Arguments.of(
                    new InheritingHandler(),
                    "InheritingHandler.handle is @Transactional with the propagation REQUIRES_NEW"),
            Arguments.of(
                    new OutsideHandler(), "OutsideHandler.handle is @Transactional with the propagation NOT_SUPPORTED"),
            Arguments.of(
                    new JakartaHandler(), "JakartaHandler.handle is @Transactional with the propagation REQUIRES_NEW"),
            Arguments.of(new NeverHandler(), "NeverHandler.handleAll is @Transactional with the propagation NEVER"),
            Arguments.of(
                    new ElsewhereHandler(),
                    "ElsewhereHandler.handle is @Transactional with the transaction manager business, which is not the"
                            + " inbox's"),
            Arguments.of(new NowhereHandler(), "with the transaction manager missing, which is not the inbox's"));

    static final List<EventHandler> ALLOWED = List.of(
            new PlainHandler(),
            new JoiningHandler(),
            new JoiningClassHandler(),
            new MandatoryHandler(),
            new SupportingHandler(),
            new NamingHandler());

    private final PlatformTransactionManager ours = new DataSourceTransactionManager();
    private final PlatformTransactionManager business = new DataSourceTransactionManager();
    private final DefaultListableBeanFactory beans = new DefaultListableBeanFactory();

    @ParameterizedTest
    @FieldSource("REFUSED")
    void whatLeavesTheTransactionIsRefused(EventHandler handler, String sentence) {
        beans.registerSingleton("inboxTransactions", ours);
        beans.registerSingleton("business", business);
        assertThatThrownBy(() -> check(handler))
                .isInstanceOf(ConfigurationProblem.class)
                .hasMessageContaining(sentence);
    }

    @ParameterizedTest
    @FieldSource("ALLOWED")
    void whatJoinsItIsAllowed(EventHandler handler) {
        beans.registerSingleton("inboxTransactions", ours);
        assertThatCode(() -> check(handler)).doesNotThrowAnyException();
    }

    @Test
    void theDefaultTransactionManagerHasToBeTheInboxs() {
        beans.registerSingleton("business", business);
        assertThatThrownBy(() -> check(new JoiningHandler()))
                .isInstanceOf(ConfigurationProblem.class)
                .hasMessageContaining("with the application's default transaction manager, which is not the inbox's");
        assertThatCode(() -> check(new PlainHandler())).doesNotThrowAnyException();
    }

    @Test
    void aProxyIsLookedThrough() {
        ProxyFactory factory = new ProxyFactory(new AsideHandler());
        factory.setProxyTargetClass(true);
        assertThatThrownBy(() -> check((EventHandler) factory.getProxy()))
                .isInstanceOf(ConfigurationProblem.class)
                .hasMessageContaining("AsideHandler.handle");
    }

    private void check(EventHandler handler) {
        new HandlerCheck(() -> ours, beans).requireInside(handler);
    }

    static class PlainHandler implements EventHandler {
        @Override
        public boolean handles(Event event) {
            return true;
        }

        @Override
        public void handle(Event event) {}
    }

    static class AsyncHandler extends PlainHandler {
        @Async
        @Override
        public void handle(Event event) {}
    }

    @Async
    static class AsyncClassHandler extends PlainHandler {
        @Override
        public void handle(Event event) {}
    }

    static class AsideHandler extends PlainHandler {
        @Transactional(propagation = Propagation.REQUIRES_NEW)
        @Override
        public void handle(Event event) {}
    }

    static class InheritingHandler extends AsideHandler {
        @Override
        public boolean handles(Event event) {
            return false;
        }
    }

    @Transactional(propagation = Propagation.NOT_SUPPORTED)
    static class OutsideHandler extends PlainHandler {
        @Override
        public void handle(Event event) {}
    }

    static class JakartaHandler extends PlainHandler {
        @jakarta.transaction.Transactional(TxType.REQUIRES_NEW)
        @Override
        public void handle(Event event) {}
    }

    static class NeverHandler extends PlainHandler implements BatchEventHandler {
        @Override
        public void handle(Event event) {}

        @Transactional(propagation = Propagation.NEVER)
        @Override
        public void handleAll(List<Event> events) {}
    }

    static class ElsewhereHandler extends PlainHandler {
        @Transactional("business")
        @Override
        public void handle(Event event) {}
    }

    static class NowhereHandler extends PlainHandler {
        @Transactional(transactionManager = "missing")
        @Override
        public void handle(Event event) {}
    }

    static class JoiningHandler extends PlainHandler {
        @Transactional
        @Override
        public void handle(Event event) {}
    }

    @Transactional(readOnly = true)
    static class JoiningClassHandler extends PlainHandler {
        @Override
        public void handle(Event event) {}
    }

    static class MandatoryHandler extends PlainHandler {
        @Transactional(propagation = Propagation.MANDATORY)
        @Override
        public void handle(Event event) {}
    }

    static class SupportingHandler extends PlainHandler {
        @Transactional(propagation = Propagation.SUPPORTS)
        @Override
        public void handle(Event event) {}
    }

    static class NamingHandler extends PlainHandler {
        @Transactional("inboxTransactions")
        @Override
        public void handle(Event event) {}
    }
}
