package io.github.dingtalkinbox.internal.sqlfile;

import io.github.dingtalkinbox.internal.database.InboxDatabase;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.sql.init.dependency.DatabaseInitializationDependencyConfigurer;
import org.springframework.boot.sql.init.dependency.DependsOnDatabaseInitialization;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

@AutoConfiguration(after = DataSourceAutoConfiguration.class)
@ConditionalOnBooleanProperty(name = "inbox.enabled", matchIfMissing = true)
@EnableConfigurationProperties(HandlerProperties.class)
@Import(DatabaseInitializationDependencyConfigurer.class)
class HandlerConfiguration {
    /** After the built-in business update, before the application's own handlers. */
    private static final int ORDER = Ordered.HIGHEST_PRECEDENCE + 100;

    /**
     * The files are checked against the tables, including those of a host application, whose migrations therefore come
     * first.
     */
    @Bean
    @DependsOnDatabaseInitialization
    SqlFiles inboxSqlFiles(HandlerProperties properties, InboxDatabase database) throws SQLException {
        List<String> problems = new ArrayList<>();
        List<SqlFile> files = new HandlerFolder(properties.location()).read(problems);
        new SqlFileCheck(database.dataSource()).check(files, problems);
        return new SqlFiles(files);
    }

    @Bean
    @Order(ORDER)
    SqlFileHandler inboxSqlFileHandler(SqlFiles files, InboxDatabase database) {
        return new SqlFileHandler(files, database.dataSource());
    }

    @Bean
    @Order(ORDER)
    SqlFileBatchHandler inboxSqlFileBatchHandler(SqlFiles files, InboxDatabase database) {
        return new SqlFileBatchHandler(files, database.dataSource());
    }
}
