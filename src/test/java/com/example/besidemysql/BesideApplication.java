package com.example.besidemysql;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

@SpringBootApplication
public class BesideApplication {
    public static void main(String[] args) {
        SpringApplication.run(BesideApplication.class, args);
    }
}
