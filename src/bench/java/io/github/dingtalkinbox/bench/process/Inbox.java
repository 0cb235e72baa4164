package io.github.dingtalkinbox.bench.process;

import io.github.dingtalkinbox.Application;
import io.github.dingtalkinbox.event.Event;
import io.github.dingtalkinbox.event.EventHandler;
import io.github.dingtalkinbox.inbox.Receiver;
import io.github.dingtalkinbox.testing.TestDatabase;
import java.util.List;
import javax.sql.DataSource;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;

/** This project as it starts, without its web server. */
final class Inbox implements Contender {
    private final ConfigurableApplicationContext service;
    private final Receiver receiver;

    Inbox(TestDatabase database) {
        SpringApplication application = Application.service();
        application.setWebApplicationType(WebApplicationType.NONE);
        application.addInitializers(context -> ((GenericApplicationContext) context)
                .registerBean("effects", EventHandler.class, () -> new Effects(context.getBean(DataSource.class))));
        this.service = application.run(
                "--spring.datasource.url=" + database.jdbcUrl(),
                "--spring.datasource.username=" + database.user(),
                "--spring.datasource.password=" + database.password(),
                "--logging.level.root=warn");
        this.receiver = service.getBean(Receiver.class);
    }

    @Override
    public String name() {
        return "dingtalk-inbox";
    }

    @Override
    public void deliver(Event event) throws Exception {
        receiver.receive(List.of(event));
    }

    @Override
    public void close() {
        service.close();
    }
}
