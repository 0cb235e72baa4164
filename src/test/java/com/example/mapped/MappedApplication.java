package com.example.mapped;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

@SpringBootApplication
public class MappedApplication {
    public static void main(String[] args) {
        SpringApplication.run(MappedApplication.class, args);
    }
}
