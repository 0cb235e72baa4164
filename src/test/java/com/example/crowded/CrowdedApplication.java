package com.example.crowded;

import io.github.dingtalkinbox.EventHandler;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.sql.DataSource;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Primary;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.TaskScheduler;
import org.springframework.scheduling.concurrent.ThreadPoolTaskScheduler;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

/** Two of each, or one that nobody else can use. */
@SpringBootApplication
public class CrowdedApplication {
    /** A clock that stands still, in the business's past. */
    @Bean
    Clock businessClock() {
        return Clock.fixed(Instant.parse("2001-01-01T00:00:00Z"), ZoneOffset.UTC);
    }

    @Bean
    Clock otherClock() {
        return Clock.fixed(Instant.EPOCH, ZoneOffset.UTC);
    }

    @Bean
    @Primary
    JsonMapper oneMapper() {
        return JsonMapper.builder()
                .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
                .build();
    }

    @Bean
    JsonMapper otherMapper() {
        return JsonMapper.builder().build();
    }

    @Bean
    TaskScheduler oneScheduler() {
        return new ThreadPoolTaskScheduler();
    }

    @Bean
    TaskScheduler otherScheduler() {
        return new ThreadPoolTaskScheduler();
    }

    @Bean
    Executor directly() {
        return Runnable::run;
    }

    @Bean
    ExecutorService threads() {
        return Executors.newSingleThreadExecutor();
    }

    @Bean
    TransactionTemplate readOnlyTransactions(PlatformTransactionManager transactions) {
        TransactionTemplate template = new TransactionTemplate(transactions);
        template.setReadOnly(true);
        return template;
    }

    @Bean
    TransactionTemplate otherTransactions(PlatformTransactionManager transactions) {
        return new TransactionTemplate(transactions);
    }

    @Bean
    JdbcTemplate impatientTemplate(DataSource dataSource) {
        JdbcTemplate template = new JdbcTemplate(dataSource);
        template.setMaxRows(1);
        return template;
    }

    @Bean
    JdbcTemplate otherTemplate(DataSource dataSource) {
        return new JdbcTemplate(dataSource);
    }

    @Bean
    JdbcClient oneClient(DataSource dataSource) {
        return JdbcClient.create(dataSource);
    }

    @Bean
    JdbcClient otherClient(DataSource dataSource) {
        return JdbcClient.create(dataSource);
    }

    /** By names that the library's beans once had. */
    @Bean
    String inbox() {
        return "the host's";
    }

    @Bean
    String retryPolicy() {
        return "the host's";
    }

    @Bean
    EventHandler eventReader(JdbcClient oneClient) {
        return new CrowdedHandler(oneClient);
    }
}
