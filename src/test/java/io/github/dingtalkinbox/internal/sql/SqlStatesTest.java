package io.github.dingtalkinbox.internal.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import org.junit.jupiter.api.Test;
import org.springframework.transaction.TransactionSystemException;

class SqlStatesTest {
    @Test
    void causesMayGoRoundInACircle() {
        Exception circular = circular(new SQLException("no state"));

        assertThat(Causes.of(circular)).hasSize(Causes.MOST);
        assertThat(SqlStates.of(circular)).isEmpty();
        assertThat(SqlStates.isInUse(circular)).isFalse();
        assertThat(SqlStates.isForbidden(circular)).isFalse();
        assertThat(SqlStates.isUndefined(circular)).isFalse();
        assertThat(SqlStates.isDatabaseAway(circular)).isFalse();
    }

    @Test
    void theStateOfACauseIsFoundInACircleToo() {
        assertThat(SqlStates.isForbidden(circular(new SQLException("no", "42501"))))
                .isTrue();
    }

    @Test
    void theOutermostStateCounts() {
        SQLException inner = new SQLException("inner", "42P01");
        SQLException outer = new SQLException("outer", "55P03", inner);
        RuntimeException failure = new RuntimeException(new SQLException("no state", (String) null, outer));

        assertThat(SqlStates.of(failure)).contains("55P03");
        assertThat(SqlStates.isInUse(failure)).isTrue();
        assertThat(SqlStates.isUndefined(failure)).isTrue();
    }

    @Test
    void withoutAStateOnlyACommitMeansThatTheDatabaseIsAway() {
        SQLException closed = new SQLException("Connection is closed");

        assertThat(SqlStates.isDatabaseAway(new TransactionSystemException("commit", closed)))
                .isTrue();
        assertThat(SqlStates.isDatabaseAway(new RuntimeException(closed))).isFalse();
        assertThat(SqlStates.isDatabaseAway(new RuntimeException(new SQLTransientConnectionException("timeout"))))
                .isTrue();
        assertThat(SqlStates.isDatabaseAway(new RuntimeException(new SQLException("gone", "08006"))))
                .isTrue();
    }

    private static Exception circular(SQLException cause) {
        Exception failure = new RuntimeException("outer", cause);
        cause.initCause(failure);
        return failure;
    }
}
