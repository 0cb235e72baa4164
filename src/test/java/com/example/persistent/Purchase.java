package com.example.persistent;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import org.jspecify.annotations.Nullable;

/** Its key comes from a sequence, so that it is inserted no sooner than at the commit. */
@Entity
class Purchase {
    @Id
    @GeneratedValue(strategy = GenerationType.SEQUENCE)
    private @Nullable Long id;

    @Column(unique = true)
    private @Nullable String purpose;

    protected Purchase() {}

    Purchase(String purpose) {
        this.purpose = purpose;
    }
}
