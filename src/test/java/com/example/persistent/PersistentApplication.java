package com.example.persistent;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

@SpringBootApplication
public class PersistentApplication {
    public static void main(String[] args) {
        SpringApplication.run(PersistentApplication.class, args);
    }
}
