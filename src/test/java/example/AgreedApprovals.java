package example;

import io.github.dingtalkinbox.event.Event;
import io.github.dingtalkinbox.event.EventHandler;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The handler in the README: what stands between the tags stands there. */
// tag::handler[]
@Component
record AgreedApprovals(JdbcClient jdbc) implements EventHandler {
    public boolean handles(Event event) {
        return event.type().equals("bpms_instance_change");
    }

    public void handle(Event event) {
        String form = event.payload().json().path("processCode").asString();
        jdbc.sql("update form_statistics set events = events + 1 where process_code = ?").param(form).update();
    }
}
// end::handler[]
