package io.github.dingtalkinbox.event;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.dingtalkinbox.testing.Postgres;
import io.github.dingtalkinbox.testing.TestDatabase;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What PostgreSQL itself says about what we call faithful, and about the projections. */
@Postgres
class PayloadPostgresTest {
    static final List<Awkward.Case> UNFAITHFUL = Awkward.UNFAITHFUL;
    static final List<Awkward.Case> FAITHFUL = Awkward.FAITHFUL;
    static final List<Awkward.Case> LARGE = Awkward.LARGE;

    private final JdbcClient jdbc;

    PayloadPostgresTest(TestDatabase database) {
        this.jdbc = database.jdbc();
    }

    @ParameterizedTest
    @FieldSource("FAITHFUL")
    void comesBackEqual(Awkward.Case awkward) {
        Payload payload = awkward.event().payload();
        assertThat(stored(payload).sameAs(payload)).isTrue();
        assertThat(stored(payload).raw()).isNull();
    }

    @ParameterizedTest
    @FieldSource("UNFAITHFUL")
    void theProjectionIsAcceptedAsItIs(Awkward.Case awkward) {
        Payload payload = awkward.event().payload();
        assertThat(stored(payload).sameAs(Payload.read(payload.jsonb()))).isTrue();
        assertThat(stored(payload).raw()).isNull();
    }

    @ParameterizedTest
    @FieldSource("LARGE")
    void evenAMebibyteIsAccepted(Awkward.Case awkward) {
        assertThat(stored(awkward.event().payload()).json().path("EventType").stringValue())
                .isEqualTo("awkward");
    }

    private Payload stored(Payload payload) {
        String text = jdbc.sql("select cast(? as jsonb)::text")
                .param(payload.jsonb())
                .query(String.class)
                .single();
        return Payload.read(requireNonNull(text));
    }
}
