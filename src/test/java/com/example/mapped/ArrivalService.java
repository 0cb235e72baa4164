package com.example.mapped;

import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

@Service
class ArrivalService {
    private final ArrivalMapper mapper;

    ArrivalService(ArrivalMapper mapper) {
        this.mapper = mapper;
    }

    @Transactional(rollbackFor = Exception.class)
    void see(String id) {
        mapper.insert(new Arrival(id));
        mapper.count();
    }
}
