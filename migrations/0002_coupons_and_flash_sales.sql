CREATE TABLE `catalog_sale_pools` (
	`flash_sale_id` binary(16) NOT NULL,
	`sku_id` binary(16) NOT NULL,
	`price` bigint NOT NULL,
	`quantity` int NOT NULL,
	`open_quantity` int NOT NULL,
	`held_quantity` int NOT NULL DEFAULT 0,
	`sold_quantity` int NOT NULL DEFAULT 0,
	`returned_quantity` int NOT NULL DEFAULT 0,
	`is_over` tinyint NOT NULL DEFAULT 0,
	CONSTRAINT `catalog_sale_pools_flash_sale_id` PRIMARY KEY(`flash_sale_id`),
	CONSTRAINT `catalog_sale_pools_units` CHECK(`catalog_sale_pools`.`open_quantity` >= 0 AND `catalog_sale_pools`.`held_quantity` >= 0 AND `catalog_sale_pools`.`sold_quantity` >= 0
          AND `catalog_sale_pools`.`open_quantity` + `catalog_sale_pools`.`held_quantity` + `catalog_sale_pools`.`sold_quantity` + `catalog_sale_pools`.`returned_quantity` = `catalog_sale_pools`.`quantity`)
);
--> statement-breakpoint
CREATE TABLE `coupon_issue_members` (
	`issue_id` binary(16) NOT NULL,
	`position` int NOT NULL,
	`member_id` binary(16) NOT NULL,
	CONSTRAINT `coupon_issue_members_issue_id_position_pk` PRIMARY KEY(`issue_id`,`position`)
);
--> statement-breakpoint
CREATE TABLE `coupon_issues` (
	`id` binary(16) NOT NULL,
	`coupon_id` binary(16) NOT NULL,
	`admin_id` binary(16) NOT NULL,
	`state` varchar(7) NOT NULL,
	`total` int NOT NULL,
	`issued_count` int NOT NULL DEFAULT 0,
	`already_count` int NOT NULL DEFAULT 0,
	`refused_count` int NOT NULL DEFAULT 0,
	`created_at` datetime(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
	`finished_at` datetime(3),
	CONSTRAINT `coupon_issues_id` PRIMARY KEY(`id`)
);
--> statement-breakpoint
CREATE TABLE `coupon_known_members` (
	`member_id` binary(16) NOT NULL,
	CONSTRAINT `coupon_known_members_member_id` PRIMARY KEY(`member_id`)
);
--> statement-breakpoint
CREATE TABLE `order_flash_sale_counters` (
	`flash_sale_id` binary(16) NOT NULL,
	`state` varchar(8) NOT NULL,
	`epoch` int NOT NULL DEFAULT 1,
	`quantity` int NOT NULL,
	`issued` int NOT NULL DEFAULT 0,
	`admitted` int NOT NULL DEFAULT 0,
	`taken` int NOT NULL DEFAULT 0,
	`sold` int NOT NULL DEFAULT 0,
	`returned` int,
	CONSTRAINT `order_flash_sale_counters_flash_sale_id` PRIMARY KEY(`flash_sale_id`),
	CONSTRAINT `order_flash_sale_counters_units` CHECK(`order_flash_sale_counters`.`taken` >= 0 AND `order_flash_sale_counters`.`sold` >= 0
          AND `order_flash_sale_counters`.`taken` + `order_flash_sale_counters`.`sold` <= `order_flash_sale_counters`.`quantity`)
);
--> statement-breakpoint
CREATE TABLE `order_flash_sales` (
	`id` binary(16) NOT NULL,
	`sku_id` binary(16) NOT NULL,
	`price` bigint NOT NULL,
	`line_limit` int NOT NULL,
	`opens_at` datetime(3) NOT NULL,
	`closes_at` datetime(3) NOT NULL,
	`payment_window_seconds` int NOT NULL,
	`created_at` datetime(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
	CONSTRAINT `order_flash_sales_id` PRIMARY KEY(`id`)
);
--> statement-breakpoint
CREATE TABLE `order_flash_tickets` (
	`id` binary(16) NOT NULL,
	`flash_sale_id` binary(16) NOT NULL,
	`member_id` binary(16) NOT NULL,
	`ticket_rank` int NOT NULL,
	`state` varchar(8) NOT NULL,
	`order_id` binary(16),
	`payment_method` varchar(12) NOT NULL,
	`address` text NOT NULL,
	`created_at` datetime(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
	CONSTRAINT `order_flash_tickets_id` PRIMARY KEY(`id`),
	CONSTRAINT `order_flash_tickets_once` UNIQUE(`flash_sale_id`,`member_id`)
);
--> statement-breakpoint
ALTER TABLE `coupon_coupons` MODIFY COLUMN `valid_days` smallint;--> statement-breakpoint
ALTER TABLE `catalog_stock_holds` ADD `flash_sale_id` binary(16);--> statement-breakpoint
ALTER TABLE `coupon_counters` ADD `state` varchar(6) DEFAULT 'open' NOT NULL;--> statement-breakpoint
ALTER TABLE `coupon_counters` ADD `epoch` int DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE `coupon_coupons` ADD `percent` tinyint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `coupon_coupons` ADD `max_discount_amount` bigint;--> statement-breakpoint
ALTER TABLE `coupon_coupons` ADD `scope` varchar(8) DEFAULT 'all' NOT NULL;--> statement-breakpoint
ALTER TABLE `coupon_coupons` ADD `scope_ids` text;--> statement-breakpoint
ALTER TABLE `coupon_coupons` ADD `valid_until` datetime(3);--> statement-breakpoint
ALTER TABLE `coupon_coupons` ADD `code` varchar(50);--> statement-breakpoint
ALTER TABLE `coupon_member_coupons` ADD `open_until` datetime(3) GENERATED ALWAYS AS ((CASE WHEN state = 'issued' THEN expires_at END)) STORED;--> statement-breakpoint
ALTER TABLE `coupon_member_coupons` ADD `reminded` tinyint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `order_coupon_copies` ADD `percent` tinyint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `order_coupon_copies` ADD `max_discount_amount` bigint;--> statement-breakpoint
ALTER TABLE `order_coupon_copies` ADD `scope` text;--> statement-breakpoint
ALTER TABLE `order_orders` ADD `flash_sale_id` binary(16);--> statement-breakpoint
ALTER TABLE `order_sku_copies` ADD `type_id` binary(16);--> statement-breakpoint
ALTER TABLE `coupon_coupons` ADD CONSTRAINT `coupon_coupons_code` UNIQUE(`code`);--> statement-breakpoint
CREATE INDEX `catalog_sale_pools_sku` ON `catalog_sale_pools` (`sku_id`);--> statement-breakpoint
CREATE INDEX `coupon_issues_state` ON `coupon_issues` (`state`,`id`);--> statement-breakpoint
CREATE INDEX `order_flash_sales_closes` ON `order_flash_sales` (`closes_at`);--> statement-breakpoint
CREATE INDEX `order_flash_tickets_line` ON `order_flash_tickets` (`flash_sale_id`,`state`,`ticket_rank`);--> statement-breakpoint
CREATE INDEX `coupon_coupons_closes` ON `coupon_coupons` (`closes_at`);--> statement-breakpoint
CREATE INDEX `coupon_member_coupons_expiry` ON `coupon_member_coupons` (`open_until`);--> statement-breakpoint
CREATE INDEX `coupon_member_coupons_rank` ON `coupon_member_coupons` (`coupon_id`,`claim_rank`);--> statement-breakpoint
-- Coupon's copy of the members whom the shop has already; later ones come by events.
INSERT INTO `coupon_known_members` (`member_id`) SELECT `id` FROM `user_members`;
