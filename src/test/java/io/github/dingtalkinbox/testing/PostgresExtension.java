package io.github.dingtalkinbox.testing;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

final class PostgresExtension implements ParameterResolver, AfterAllCallback {
    private static final Namespace NAMESPACE = Namespace.create(PostgresExtension.class);
    private static final String OPEN_TRANSACTIONS = """
            select count(*) from pg_stat_activity
             where datname = current_database() and pid <> pg_backend_pid() and state like 'idle in transaction%'
            """;

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == TestDatabase.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return store(context)
                .computeIfAbsent(
                        context.getRequiredTestClass(),
                        c -> TestServer.get().create(messagesInEnglish(context)),
                        TestDatabase.class);
    }

    @Override
    public void afterAll(ExtensionContext context) {
        var database = store(context).remove(context.getRequiredTestClass(), TestDatabase.class);
        if (database == null) {
            return;
        }
        try {
            assertThat(database.jdbc().sql(OPEN_TRANSACTIONS).query(Long.class).single())
                    .as("transactions that the test class left open")
                    .isZero();
        } finally {
            TestServer.get().drop(database);
        }
    }

    private static boolean messagesInEnglish(ExtensionContext context) {
        return context.getRequiredTestClass().getAnnotation(Postgres.class).messagesInEnglish();
    }

    private static ExtensionContext.Store store(ExtensionContext context) {
        return context.getRoot().getStore(NAMESPACE);
    }
}
