package com.example.secured;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.core.annotation.Order;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.web.SecurityFilterChain;

@SpringBootApplication
public class SecuredApplication {
    public static void main(String[] args) {
        SpringApplication.run(SecuredApplication.class, args);
    }

    /** The first one for part of it, and one for all the rest. */
    @Bean
    @Order(1)
    @ConditionalOnBooleanProperty("host.chains")
    SecurityFilterChain part(HttpSecurity http) {
        return http.securityMatcher("/dingtalk/**")
                .authorizeHttpRequests(requests -> requests.anyRequest().denyAll())
                .build();
    }

    @Bean
    @Order(2)
    @ConditionalOnBooleanProperty("host.chains")
    SecurityFilterChain rest(HttpSecurity http) {
        return http.authorizeHttpRequests(requests -> requests.anyRequest().authenticated())
                .httpBasic(basic -> {})
                .build();
    }
}
