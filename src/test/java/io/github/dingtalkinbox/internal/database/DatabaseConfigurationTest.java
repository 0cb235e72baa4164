package io.github.dingtalkinbox.internal.database;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dingtalkinbox.InboxDataSource;
import io.github.dingtalkinbox.InboxTransactionManager;
import io.github.dingtalkinbox.internal.start.ConfigurationProblem;
import java.util.Objects;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.TransactionStatus;

/** Which of an application's beans are the inbox's. Whose database it is does not matter here. */
class DatabaseConfigurationTest {
    private final ApplicationContextRunner host = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(
                    DataSourceAutoConfiguration.class,
                    DataSourceTransactionManagerAutoConfiguration.class,
                    DatabaseConfiguration.class))
            .withPropertyValues("spring.datasource.url=jdbc:h2:mem:business");

    @Test
    void theOnlyOneIsTheInboxs() {
        host.run(context -> {
            assertThat(database(context).dataSource()).isSameAs(context.getBean(DataSource.class));
            assertThat(database(context).transactionManager())
                    .isSameAs(context.getBean(PlatformTransactionManager.class));
        });
    }

    @Test
    void anAnnotatedOneStandsBesideTheHostsOwn() {
        host.withUserConfiguration(Beside.class).run(context -> {
            assertThat(database(context).dataSource()).isSameAs(context.getBean("second"));
            assertThat(database(context).transactionManager()).isSameAs(context.getBean("secondTransactions"));
            // And what the host injects is its own.
            assertThat(context.getBeanProvider(DataSource.class).getObject()).isSameAs(context.getBean("dataSource"));
            assertThat(context.getBeanProvider(PlatformTransactionManager.class).getObject())
                    .isSameAs(context.getBean("transactionManager"));
        });
    }

    @Test
    void aPropertyNamesOneThatNobodyCanAnnotate() {
        host.withUserConfiguration(TwoEqual.class)
                .withPropertyValues("inbox.datasource=second")
                .run(context -> {
                    assertThat(database(context).dataSource()).isSameAs(context.getBean("second"));
                    assertThat(database(context).transactionManager()).isSameAs(context.getBean("secondTransactions"));
                });
    }

    @Test
    void aNameThatIsNoDataSourceIsRefusedWithThoseThatThereAre() {
        for (String wrong : new String[] {"third", "firstTransactions"}) {
            host.withUserConfiguration(TwoEqual.class)
                    .withPropertyValues("inbox.datasource=" + wrong)
                    .run(context -> {
                        ConfigurationProblem problem = problem(context);
                        assertThat(problem.description())
                                .isEqualTo("inbox.datasource is " + wrong + ", but there is no such DataSource.");
                        assertThat(problem.action()).contains("@InboxDataSource", "There are: first, second.");
                    });
        }
    }

    @Test
    void ofSeveralEqualOnesOneMustBeChosen() {
        host.withUserConfiguration(TwoEqual.class)
                .run(context -> assertThat(problem(context).description())
                        .isEqualTo("There are several DataSources, and none is marked as the inbox's."));
    }

    @Test
    void twoAnnotatedOnesAreRefused() {
        host.withUserConfiguration(TwoAnnotated.class)
                .run(context -> assertThat(problem(context).description())
                        .isEqualTo("More than one DataSource is annotated with @InboxDataSource."));
    }

    @Test
    void aHostWithoutAnySaysWhatIsMissing() {
        new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(DatabaseConfiguration.class))
                .run(context ->
                        assertThat(problem(context).action()).contains("spring.datasource.url", "inbox.enabled=false"));
    }

    @Test
    void theTransactionManagerThatIsTheDataSourcesIsFoundAlsoIfAnotherIsPrimary() {
        host.withUserConfiguration(OthersPrimary.class)
                .run(context -> assertThat(database(context).transactionManager())
                        .isSameAs(context.getBean("firstTransactions")));
    }

    @Test
    void aChosenTransactionManagerOfAnotherDataSourceIsRefused() {
        host.withUserConfiguration(TwoEqual.class)
                .withPropertyValues("inbox.datasource=second", "inbox.transaction-manager=firstTransactions")
                .run(context -> assertThat(refused(context).description())
                        .contains("does not manage its DataSource", "would not be in one transaction"));
    }

    @Test
    void withoutATransactionManagerOfItsDataSourceTheStartIsRefused() {
        host.withUserConfiguration(NoneOfItsOwn.class).run(context -> {
            assertThat(refused(context).description()).contains("There is no transaction manager for the DataSource");
            assertThat(refused(context).action()).contains("@InboxTransactionManager", "inbox.transaction-manager");
        });
    }

    /** As JPA's, which says nothing of a data source. */
    @Test
    void whatATransactionManagerDoesShowsWhoseItIs() {
        host.withUserConfiguration(Opaque.class)
                .run(context ->
                        assertThat(database(context).transactionManager()).isSameAs(context.getBean("opaque")));
        host.withUserConfiguration(Opaque.class)
                .withPropertyValues("inbox.datasource=second")
                .run(context -> assertThat(refused(context).description()).contains("There is no transaction manager"));
    }

    private static InboxDatabase database(AssertableApplicationContext context) {
        return context.getBean(InboxDatabase.class);
    }

    private static ConfigurationProblem problem(AssertableApplicationContext context) {
        return (ConfigurationProblem)
                NestedExceptionUtils.getMostSpecificCause(Objects.requireNonNull(context.getStartupFailure()));
    }

    private static ConfigurationProblem refused(AssertableApplicationContext context) {
        try {
            database(context).transactionManager();
        } catch (ConfigurationProblem problem) {
            return problem;
        }
        throw new AssertionError("It was accepted");
    }

    private static DataSource h2(String name) {
        return new DriverManagerDataSource("jdbc:h2:mem:" + name);
    }

    @Configuration(proxyBeanMethods = false)
    static class Beside {
        @Bean(defaultCandidate = false)
        @InboxDataSource
        DataSource second() {
            return h2("second");
        }

        @Bean(defaultCandidate = false)
        @InboxTransactionManager
        JdbcTransactionManager secondTransactions(@InboxDataSource DataSource second) {
            return new JdbcTransactionManager(second);
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class TwoEqual {
        @Bean
        DataSource first() {
            return h2("first");
        }

        @Bean
        DataSource second() {
            return h2("second");
        }

        @Bean
        JdbcTransactionManager firstTransactions(DataSource first) {
            return new JdbcTransactionManager(first);
        }

        @Bean
        JdbcTransactionManager secondTransactions(DataSource second) {
            return new JdbcTransactionManager(second);
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class TwoAnnotated {
        @Bean
        @InboxDataSource
        DataSource first() {
            return h2("first");
        }

        @Bean
        @InboxDataSource
        DataSource second() {
            return h2("second");
        }
    }

    static class FirstIsPrimary {
        @Bean
        @Primary
        DataSource first() {
            return h2("first");
        }

        @Bean
        DataSource second() {
            return h2("second");
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class OthersPrimary extends FirstIsPrimary {
        @Bean
        JdbcTransactionManager firstTransactions(DataSource first) {
            return new JdbcTransactionManager(first);
        }

        @Bean
        @Primary
        JdbcTransactionManager secondTransactions(@Qualifier("second") DataSource second) {
            return new JdbcTransactionManager(second);
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class NoneOfItsOwn {
        @Bean(defaultCandidate = false)
        @InboxDataSource
        DataSource second() {
            return h2("second");
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Opaque extends FirstIsPrimary {
        @Bean
        PlatformTransactionManager opaque(DataSource first) {
            return new OpaqueTransactionManager(new JdbcTransactionManager(first));
        }
    }

    private record OpaqueTransactionManager(PlatformTransactionManager its) implements PlatformTransactionManager {
        @Override
        public TransactionStatus getTransaction(@Nullable TransactionDefinition definition) {
            return its.getTransaction(definition);
        }

        @Override
        public void commit(TransactionStatus status) {
            its.commit(status);
        }

        @Override
        public void rollback(TransactionStatus status) {
            its.rollback(status);
        }
    }
}
