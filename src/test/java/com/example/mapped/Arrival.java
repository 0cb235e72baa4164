package com.example.mapped;

import com.baomidou.mybatisplus.annotation.TableName;

/** A row of its table. */
@TableName("arrivals_seen")
record Arrival(String id) {}
