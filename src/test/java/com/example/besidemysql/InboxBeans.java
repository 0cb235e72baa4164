package com.example.besidemysql;

import com.zaxxer.hikari.HikariDataSource;
import io.github.dingtalkinbox.InboxDataSource;
import javax.sql.DataSource;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.support.JdbcTransactionManager;

/** The PostgreSQL of the inbox: no candidate for whatever asks for a {@code DataSource} only. */
@Configuration(proxyBeanMethods = false)
class InboxBeans {
    @Bean(defaultCandidate = false)
    @InboxDataSource
    @ConfigurationProperties("inbox-database")
    HikariDataSource inboxPool() {
        return new HikariDataSource();
    }

    @Bean(defaultCandidate = false)
    JdbcTransactionManager inboxPoolTransactions(@InboxDataSource DataSource inboxPool) {
        return new JdbcTransactionManager(inboxPool);
    }
}
