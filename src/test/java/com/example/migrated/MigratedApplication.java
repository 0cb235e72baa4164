package com.example.migrated;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

@SpringBootApplication
public class MigratedApplication {
    public static void main(String[] args) {
        SpringApplication.run(MigratedApplication.class, args);
    }
}
