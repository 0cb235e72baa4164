package com.example.mapped;

import com.baomidou.mybatisplus.core.mapper.BaseMapper;
import org.apache.ibatis.annotations.Mapper;
import org.apache.ibatis.annotations.Update;

@Mapper
interface ArrivalMapper extends BaseMapper<Arrival> {
    @Update("update arrivals set events = events + 1")
    void count();
}
