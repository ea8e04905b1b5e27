CREATE TABLE `order_shortages` (
	`order_id` binary(16) NOT NULL,
	`sku_id` binary(16) NOT NULL,
	`requested_quantity` int NOT NULL,
	`available_quantity` int NOT NULL,
	CONSTRAINT `order_shortages_order_id_sku_id_pk` PRIMARY KEY(`order_id`,`sku_id`)
);
