package example;

import io.github.dingtalkinbox.Event;
import io.github.dingtalkinbox.EventHandler;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/** The handler in the README: what stands between the tags stands there. */
// tag::handler[]
@Component
record AgreedApprovals(JdbcTemplate jdbc) implements EventHandler {
    @Override
    public boolean handles(Event event) {
        return event.type().equals("bpms_instance_change");
    }

    @Override
    public void handle(Event event) {
        String form = event.payload().json().path("processCode").asString();
        jdbc.update("update form_statistics set events = events + 1 where process_code = ?", form);
    }
}
// end::handler[]
