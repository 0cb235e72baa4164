package io.github.dingtalkinbox;

import io.github.dingtalkinbox.cli.Cli;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/** The service, and in the same jar its command line. */
@SpringBootApplication
public class Application {
    public static void main(String[] args) {
        if (Cli.isMeantBy(args)) {
            System.exit(Cli.run(args));
        }
        SpringApplication.run(Application.class, args);
    }
}
