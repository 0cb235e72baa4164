package io.github.dingtalkinbox.bench.process;

import io.github.dingtalkinbox.Event;
import io.github.dingtalkinbox.EventHandler;
import io.github.dingtalkinbox.Outcome;
import io.github.dingtalkinbox.Receiver;
import io.github.dingtalkinbox.service.Application;
import io.github.dingtalkinbox.testing.TestDatabase;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import javax.sql.DataSource;
import org.awaitility.Awaitility;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * This project as it starts, without its web server, with its own defaults: of its pool of 18 connections, some are kept
 * for the queue and what runs besides.
 */
final class Inbox implements Contender {
    /** Long enough for any machine: only a queue that does not move fails. */
    private static final Duration EMPTY_BY = Duration.ofMinutes(5);

    private final ConfigurableApplicationContext service;
    private final Receiver receiver;
    private final JdbcClient jdbc;
    private final LongAdder queued = new LongAdder();

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
        this.jdbc = database.jdbc();
    }

    @Override
    public String name() {
        return "dingtalk-inbox";
    }

    @Override
    public void deliver(Event event) throws Exception {
        if (receiver.receive(List.of(event)).get(0) instanceof Outcome.Queued) {
            queued.increment();
        }
    }

    /** What was too slow for the deadline has gone to the queue. */
    @Override
    public long settle() {
        Awaitility.await().atMost(EMPTY_BY).until(() -> waiting() == 0);
        return queued.sumThenReset();
    }

    private long waiting() {
        return jdbc.sql("select count(*) from inbox.queued_events").query(Long.class).single();
    }

    @Override
    public void close() {
        service.close();
    }
}
