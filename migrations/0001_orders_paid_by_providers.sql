CREATE TABLE `order_availability_copies` (
	`sku_id` binary(16) NOT NULL,
	`availability` varchar(8) NOT NULL,
	`version` int NOT NULL,
	CONSTRAINT `order_availability_copies_sku_id` PRIMARY KEY(`sku_id`)
);
--> statement-breakpoint
CREATE TABLE `order_cart_items` (
	`cart_id` binary(16) NOT NULL,
	`sku_id` binary(16) NOT NULL,
	`quantity` smallint NOT NULL,
	`added_at` datetime(3) NOT NULL,
	CONSTRAINT `order_cart_items_cart_id_sku_id_pk` PRIMARY KEY(`cart_id`,`sku_id`),
	CONSTRAINT `order_cart_items_quantity` CHECK(`order_cart_items`.`quantity` BETWEEN 1 AND 999)
);
--> statement-breakpoint
CREATE TABLE `order_carts` (
	`id` binary(16) NOT NULL,
	`member_id` binary(16),
	`token_hash` binary(32),
	`changed_at` datetime(3) NOT NULL,
	CONSTRAINT `order_carts_id` PRIMARY KEY(`id`),
	CONSTRAINT `order_carts_member` UNIQUE(`member_id`),
	CONSTRAINT `order_carts_token` UNIQUE(`token_hash`)
);
--> statement-breakpoint
CREATE TABLE `order_deadlines` (
	`order_id` binary(16) NOT NULL,
	`due_at` datetime(3) NOT NULL,
	CONSTRAINT `order_deadlines_order_id` PRIMARY KEY(`order_id`)
);
--> statement-breakpoint
CREATE TABLE `order_payments` (
	`id` binary(16) NOT NULL,
	`order_id` binary(16) NOT NULL,
	`member_id` binary(16) NOT NULL,
	`provider` varchar(8) NOT NULL,
	`state` varchar(10) NOT NULL,
	`amount` bigint NOT NULL,
	`provider_key` varchar(200) NOT NULL,
	`redirect_url` varchar(1000),
	`approval_token` varchar(200),
	`sent_at` datetime(3),
	`asks` int NOT NULL DEFAULT 0,
	`next_ask_at` datetime(3),
	`decline_code` varchar(100),
	`refunded_amount` bigint NOT NULL DEFAULT 0,
	`created_at` datetime(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
	CONSTRAINT `order_payments_id` PRIMARY KEY(`id`),
	CONSTRAINT `order_payments_order` UNIQUE(`order_id`),
	CONSTRAINT `order_payments_provider_key` UNIQUE(`provider`,`provider_key`),
	CONSTRAINT `order_payments_refunds` CHECK(`order_payments`.`refunded_amount` <= `order_payments`.`amount`)
);
--> statement-breakpoint
CREATE TABLE `order_refunds` (
	`id` binary(16) NOT NULL,
	`payment_id` binary(16) NOT NULL,
	`order_id` binary(16) NOT NULL,
	`amount` bigint NOT NULL,
	`state` varchar(4) NOT NULL,
	`reason` varchar(200) NOT NULL,
	`created_at` datetime(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
	`done_at` datetime(3),
	CONSTRAINT `order_refunds_id` PRIMARY KEY(`id`)
);
--> statement-breakpoint
CREATE TABLE `user_point_entries` (
	`id` binary(16) NOT NULL,
	`member_id` binary(16) NOT NULL,
	`kind` varchar(7) NOT NULL,
	`amount` bigint NOT NULL,
	`order_id` binary(16),
	`reason` varchar(200),
	`expires_at` datetime(3),
	`created_at` datetime(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
	CONSTRAINT `user_point_entries_id` PRIMARY KEY(`id`)
);
--> statement-breakpoint
CREATE TABLE `user_point_lots` (
	`id` binary(16) NOT NULL,
	`member_id` binary(16) NOT NULL,
	`granted_amount` bigint NOT NULL,
	`remaining_amount` bigint NOT NULL,
	`expires_at` datetime(3) NOT NULL,
	`open_until` datetime(3) GENERATED ALWAYS AS ((CASE WHEN remaining_amount > 0 THEN expires_at END)) STORED,
	`created_at` datetime(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
	CONSTRAINT `user_point_lots_id` PRIMARY KEY(`id`),
	CONSTRAINT `user_point_lots_amounts` CHECK(`user_point_lots`.`remaining_amount` >= 0 AND `user_point_lots`.`remaining_amount` <= `user_point_lots`.`granted_amount`)
);
--> statement-breakpoint
ALTER TABLE `catalog_stock` ADD `availability_version` int DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `order_orders` ADD `cart_id` binary(16);--> statement-breakpoint
ALTER TABLE `order_orders` ADD `due_at` datetime(3);--> statement-breakpoint
ALTER TABLE `order_orders` ADD `refunded_amount` bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `order_orders` ADD `refunded_points_amount` bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `user_funds_holds` ADD `points_amount` bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `user_funds_holds` ADD `point_lots` text;--> statement-breakpoint
ALTER TABLE `user_funds_holds` ADD `refunded_amount` bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `user_funds_holds` ADD `refunded_points_amount` bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
CREATE INDEX `order_carts_changed` ON `order_carts` (`member_id`,`changed_at`);--> statement-breakpoint
CREATE INDEX `order_deadlines_due` ON `order_deadlines` (`due_at`);--> statement-breakpoint
CREATE INDEX `order_payments_next_ask` ON `order_payments` (`next_ask_at`);--> statement-breakpoint
CREATE INDEX `order_refunds_payment` ON `order_refunds` (`payment_id`);--> statement-breakpoint
CREATE INDEX `user_point_entries_member` ON `user_point_entries` (`member_id`,`id`);--> statement-breakpoint
CREATE INDEX `user_point_lots_member` ON `user_point_lots` (`member_id`,`remaining_amount`);--> statement-breakpoint
CREATE INDEX `user_point_lots_expiry` ON `user_point_lots` (`open_until`);--> statement-breakpoint
ALTER TABLE `order_orders` ADD CONSTRAINT `order_orders_refunds` CHECK (`order_orders`.`refunded_amount` <= `order_orders`.`total_amount`
          AND `order_orders`.`refunded_points_amount` <= `order_orders`.`points_amount`);