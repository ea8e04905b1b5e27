CREATE TABLE `platform_audit_log` (
	`id` binary(16) NOT NULL,
	`admin_id` binary(16) NOT NULL,
	`action` varchar(100) NOT NULL,
	`subject_id` binary(16) NOT NULL,
	`detail` text NOT NULL,
	`happened_at` datetime(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
	CONSTRAINT `platform_audit_log_id` PRIMARY KEY(`id`)
);
--> statement-breakpoint
CREATE TABLE `platform_consumer` (
	`id` smallint AUTO_INCREMENT NOT NULL,
	`name` varchar(100) NOT NULL,
	`registered_at` datetime(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
	`retired_at` datetime(3),
	CONSTRAINT `platform_consumer_id` PRIMARY KEY(`id`),
	CONSTRAINT `platform_consumer_name` UNIQUE(`name`)
);
--> statement-breakpoint
CREATE TABLE `platform_inbox` (
	`consumer_id` smallint NOT NULL,
	`envelope_id` binary(16) NOT NULL,
	`batch_id` binary(16) NOT NULL,
	`handled_at` datetime(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
	CONSTRAINT `platform_inbox_consumer_id_envelope_id_pk` PRIMARY KEY(`consumer_id`,`envelope_id`)
);
--> statement-breakpoint
CREATE TABLE `platform_instance` (
	`id` binary(16) NOT NULL,
	`started_at` datetime(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
	`heartbeat_at` datetime(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
	CONSTRAINT `platform_instance_id` PRIMARY KEY(`id`)
);
--> statement-breakpoint
CREATE TABLE `platform_outbox` (
	`id` binary(16) NOT NULL,
	`owner_id` binary(16) NOT NULL,
	`events` mediumtext NOT NULL,
	`event_count` int NOT NULL,
	`takeovers` tinyint NOT NULL DEFAULT 0,
	`occurred_at` datetime(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
	`dispatched_at` datetime(3),
	CONSTRAINT `platform_outbox_id` PRIMARY KEY(`id`)
);
--> statement-breakpoint
CREATE TABLE `platform_parked_event` (
	`id` binary(16) NOT NULL,
	`consumer_id` smallint NOT NULL,
	`envelope_id` binary(16) NOT NULL,
	`position` smallint NOT NULL,
	`event` mediumtext NOT NULL,
	`attempts` smallint NOT NULL,
	`error` varchar(1000) NOT NULL,
	`state` varchar(8) NOT NULL,
	`next_try_at` datetime(3) NOT NULL,
	`parked_at` datetime(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
	CONSTRAINT `platform_parked_event_id` PRIMARY KEY(`id`)
);
--> statement-breakpoint
CREATE TABLE `platform_idempotency_key` (
	`actor_id` binary(16) NOT NULL,
	`key_hash` binary(32) NOT NULL,
	`body_hash` binary(32) NOT NULL,
	`resource_id` binary(16) NOT NULL,
	`created_at` datetime(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
	CONSTRAINT `platform_idempotency_key_actor_id_key_hash_pk` PRIMARY KEY(`actor_id`,`key_hash`)
);
--> statement-breakpoint
CREATE TABLE `banner_banners` (
	`id` binary(16) NOT NULL,
	`placement` varchar(50) NOT NULL,
	`title` varchar(200) NOT NULL,
	`image_url` varchar(500),
	`link_url` varchar(500),
	`starts_at` datetime(3) NOT NULL,
	`ends_at` datetime(3),
	`position` int NOT NULL,
	`version` int NOT NULL DEFAULT 1,
	`created_at` datetime(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
	CONSTRAINT `banner_banners_id` PRIMARY KEY(`id`)
);
--> statement-breakpoint
CREATE TABLE `catalog_product_styles` (
	`product_id` binary(16) NOT NULL,
	`style_id` binary(16) NOT NULL,
	CONSTRAINT `catalog_product_styles_product_id_style_id_pk` PRIMARY KEY(`product_id`,`style_id`)
);
--> statement-breakpoint
CREATE TABLE `catalog_products` (
	`id` binary(16) NOT NULL,
	`type_id` binary(16) NOT NULL,
	`name` varchar(200) NOT NULL,
	`description` text NOT NULL,
	`list_price` bigint NOT NULL,
	`discount_percent` tinyint NOT NULL DEFAULT 0,
	`sale_price` bigint NOT NULL,
	`tax_type` varchar(8) NOT NULL DEFAULT 'taxable',
	`state` varchar(8) NOT NULL DEFAULT 'on_sale',
	`thumbnail_url` varchar(500),
	`images` text NOT NULL,
	`sold_units` int NOT NULL DEFAULT 0,
	`seller_id` binary(16),
	`fee_basis_points` smallint NOT NULL DEFAULT 0,
	`version` int NOT NULL DEFAULT 1,
	`created_at` datetime(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
	CONSTRAINT `catalog_products_id` PRIMARY KEY(`id`)
);
--> statement-breakpoint
CREATE TABLE `catalog_skus` (
	`id` binary(16) NOT NULL,
	`product_id` binary(16) NOT NULL,
	`options` varchar(500) NOT NULL,
	`price_delta` bigint NOT NULL DEFAULT 0,
	`state` varchar(8) NOT NULL DEFAULT 'on_sale',
	`position` smallint NOT NULL DEFAULT 0,
	CONSTRAINT `catalog_skus_id` PRIMARY KEY(`id`)
);
--> statement-breakpoint
CREATE TABLE `catalog_stock` (
	`sku_id` binary(16) NOT NULL,
	`open_quantity` int NOT NULL,
	`held_quantity` int NOT NULL DEFAULT 0,
	`sold_quantity` int NOT NULL DEFAULT 0,
	`sale_pool_quantity` int NOT NULL DEFAULT 0,
	CONSTRAINT `catalog_stock_sku_id` PRIMARY KEY(`sku_id`),
	CONSTRAINT `catalog_stock_not_negative` CHECK(`catalog_stock`.`open_quantity` >= 0 AND `catalog_stock`.`held_quantity` >= 0 AND `catalog_stock`.`sold_quantity` >= 0 AND `catalog_stock`.`sale_pool_quantity` >= 0)
);
--> statement-breakpoint
CREATE TABLE `catalog_stock_entries` (
	`id` binary(16) NOT NULL,
	`sku_id` binary(16) NOT NULL,
	`kind` varchar(8) NOT NULL,
	`quantity` int NOT NULL,
	`reason` varchar(200) NOT NULL,
	`created_at` datetime(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
	CONSTRAINT `catalog_stock_entries_id` PRIMARY KEY(`id`)
);
--> statement-breakpoint
CREATE TABLE `catalog_stock_holds` (
	`order_id` binary(16) NOT NULL,
	`state` varchar(9) NOT NULL,
	`lines` text NOT NULL,
	CONSTRAINT `catalog_stock_holds_order_id` PRIMARY KEY(`order_id`)
);
--> statement-breakpoint
CREATE TABLE `catalog_styles` (
	`id` binary(16) NOT NULL,
	`name` varchar(50) NOT NULL,
	`position` int NOT NULL,
	CONSTRAINT `catalog_styles_id` PRIMARY KEY(`id`),
	CONSTRAINT `catalog_styles_name` UNIQUE(`name`)
);
--> statement-breakpoint
CREATE TABLE `catalog_types` (
	`id` binary(16) NOT NULL,
	`name` varchar(50) NOT NULL,
	`position` int NOT NULL,
	CONSTRAINT `catalog_types_id` PRIMARY KEY(`id`),
	CONSTRAINT `catalog_types_name` UNIQUE(`name`)
);
--> statement-breakpoint
CREATE TABLE `coupon_counters` (
	`coupon_id` binary(16) NOT NULL,
	`quantity` int NOT NULL,
	`issued` int NOT NULL DEFAULT 0,
	`held` int NOT NULL DEFAULT 0,
	`used` int NOT NULL DEFAULT 0,
	`expired` int NOT NULL DEFAULT 0,
	CONSTRAINT `coupon_counters_coupon_id` PRIMARY KEY(`coupon_id`),
	CONSTRAINT `coupon_counters_issued` CHECK(`coupon_counters`.`issued` <= `coupon_counters`.`quantity`),
	CONSTRAINT `coupon_counters_sum` CHECK(`coupon_counters`.`held` >= 0 AND `coupon_counters`.`used` >= 0 AND `coupon_counters`.`expired` >= 0
          AND `coupon_counters`.`held` + `coupon_counters`.`used` + `coupon_counters`.`expired` <= `coupon_counters`.`issued`)
);
--> statement-breakpoint
CREATE TABLE `coupon_holds` (
	`order_id` binary(16) NOT NULL,
	`member_coupon_id` binary(16) NOT NULL,
	`state` varchar(9) NOT NULL,
	CONSTRAINT `coupon_holds_order_id` PRIMARY KEY(`order_id`)
);
--> statement-breakpoint
CREATE TABLE `coupon_coupons` (
	`id` binary(16) NOT NULL,
	`name` varchar(100) NOT NULL,
	`kind` varchar(20) NOT NULL,
	`discount_amount` bigint NOT NULL,
	`min_order_amount` bigint NOT NULL,
	`opens_at` datetime(3) NOT NULL,
	`closes_at` datetime(3) NOT NULL,
	`valid_days` smallint NOT NULL,
	`version` int NOT NULL DEFAULT 1,
	`created_at` datetime(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
	CONSTRAINT `coupon_coupons_id` PRIMARY KEY(`id`)
);
--> statement-breakpoint
CREATE TABLE `coupon_member_coupons` (
	`id` binary(16) NOT NULL,
	`coupon_id` binary(16) NOT NULL,
	`member_id` binary(16) NOT NULL,
	`claim_rank` int NOT NULL,
	`state` varchar(8) NOT NULL,
	`expires_at` datetime(3) NOT NULL,
	`issued_at` datetime(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
	CONSTRAINT `coupon_member_coupons_id` PRIMARY KEY(`id`),
	CONSTRAINT `coupon_member_coupons_once` UNIQUE(`member_id`,`coupon_id`)
);
--> statement-breakpoint
CREATE TABLE `dashboard_sales_quarters` (
	`quarter_start` datetime(3) NOT NULL,
	`paid_orders` bigint NOT NULL DEFAULT 0,
	`paid_amount` bigint NOT NULL DEFAULT 0,
	`sold_units` bigint NOT NULL DEFAULT 0,
	`cancelled_orders` bigint NOT NULL DEFAULT 0,
	`cancelled_amount` bigint NOT NULL DEFAULT 0,
	CONSTRAINT `dashboard_sales_quarters_quarter_start` PRIMARY KEY(`quarter_start`),
	CONSTRAINT `dashboard_sales_quarters_counters` CHECK(`dashboard_sales_quarters`.`paid_orders` >= 0 AND `dashboard_sales_quarters`.`paid_amount` >= 0 AND `dashboard_sales_quarters`.`sold_units` >= 0
          AND `dashboard_sales_quarters`.`cancelled_orders` >= 0 AND `dashboard_sales_quarters`.`cancelled_amount` >= 0)
);
--> statement-breakpoint
CREATE TABLE `order_coupon_copies` (
	`coupon_id` binary(16) NOT NULL,
	`kind` varchar(20) NOT NULL,
	`discount_amount` bigint NOT NULL,
	`min_order_amount` bigint NOT NULL,
	`version` int NOT NULL,
	CONSTRAINT `order_coupon_copies_coupon_id` PRIMARY KEY(`coupon_id`)
);
--> statement-breakpoint
CREATE TABLE `order_member_coupon_copies` (
	`member_coupon_id` binary(16) NOT NULL,
	`coupon_id` binary(16) NOT NULL,
	`member_id` binary(16) NOT NULL,
	`expires_at` datetime(3) NOT NULL,
	`copied_at` datetime(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
	CONSTRAINT `order_member_coupon_copies_member_coupon_id` PRIMARY KEY(`member_coupon_id`)
);
--> statement-breakpoint
CREATE TABLE `order_lines` (
	`order_id` binary(16) NOT NULL,
	`line_number` smallint NOT NULL,
	`sku_id` binary(16) NOT NULL,
	`product_id` binary(16) NOT NULL,
	`name` varchar(200) NOT NULL,
	`options` varchar(500) NOT NULL,
	`thumbnail_url` varchar(500),
	`list_price` bigint NOT NULL,
	`discount_percent` tinyint NOT NULL,
	`unit_price` bigint NOT NULL,
	`quantity` int NOT NULL,
	`line_amount` bigint NOT NULL,
	`coupon_share` bigint NOT NULL,
	`points_share` bigint NOT NULL,
	`tax_type` varchar(8) NOT NULL,
	`cancelled_quantity` int NOT NULL DEFAULT 0,
	`returned_quantity` int NOT NULL DEFAULT 0,
	`seller_id` binary(16),
	`fee_basis_points` smallint NOT NULL DEFAULT 0,
	CONSTRAINT `order_lines_order_id_line_number_pk` PRIMARY KEY(`order_id`,`line_number`)
);
--> statement-breakpoint
CREATE TABLE `order_orders` (
	`id` binary(16) NOT NULL,
	`member_id` binary(16) NOT NULL,
	`state` varchar(12) NOT NULL,
	`failure_code` varchar(24),
	`payment_method` varchar(12) NOT NULL,
	`items_amount` bigint NOT NULL,
	`coupon_amount` bigint NOT NULL,
	`points_amount` bigint NOT NULL,
	`shipping_amount` bigint NOT NULL,
	`total_amount` bigint NOT NULL,
	`member_coupon_id` binary(16),
	`address` text NOT NULL,
	`stock_answer` varchar(24) NOT NULL,
	`funds_answer` varchar(24) NOT NULL,
	`coupon_answer` varchar(24) NOT NULL,
	`version` int NOT NULL DEFAULT 1,
	`placed_at` datetime(3) NOT NULL,
	`paid_at` datetime(3),
	`cancelled_at` datetime(3),
	`cancel_reason` varchar(200),
	CONSTRAINT `order_orders_id` PRIMARY KEY(`id`)
);
--> statement-breakpoint
CREATE TABLE `order_sku_copies` (
	`sku_id` binary(16) NOT NULL,
	`product_id` binary(16) NOT NULL,
	`name` varchar(200) NOT NULL,
	`options` varchar(500) NOT NULL,
	`thumbnail_url` varchar(500),
	`list_price` bigint NOT NULL,
	`discount_percent` tinyint NOT NULL,
	`price_delta` bigint NOT NULL,
	`tax_type` varchar(8) NOT NULL,
	`on_sale` tinyint NOT NULL,
	`version` int NOT NULL,
	CONSTRAINT `order_sku_copies_sku_id` PRIMARY KEY(`sku_id`)
);
--> statement-breakpoint
CREATE TABLE `user_admins` (
	`id` binary(16) NOT NULL,
	`login_id` varchar(50) NOT NULL,
	`password_hash` varchar(255) NOT NULL,
	`role` varchar(7) NOT NULL,
	`created_at` datetime(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
	CONSTRAINT `user_admins_id` PRIMARY KEY(`id`),
	CONSTRAINT `user_admins_login_id` UNIQUE(`login_id`)
);
--> statement-breakpoint
CREATE TABLE `user_funds_holds` (
	`order_id` binary(16) NOT NULL,
	`member_id` binary(16),
	`paid_amount` bigint NOT NULL,
	`free_amount` bigint NOT NULL,
	`state` varchar(9) NOT NULL,
	CONSTRAINT `user_funds_holds_order_id` PRIMARY KEY(`order_id`)
);
--> statement-breakpoint
CREATE TABLE `user_members` (
	`id` binary(16) NOT NULL,
	`login_id` varchar(50) NOT NULL,
	`name` varchar(50) NOT NULL,
	`email` varchar(254) NOT NULL,
	`phone` varchar(20) NOT NULL,
	`password_hash` varchar(255) NOT NULL,
	`created_at` datetime(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
	CONSTRAINT `user_members_id` PRIMARY KEY(`id`),
	CONSTRAINT `user_members_login_id` UNIQUE(`login_id`)
);
--> statement-breakpoint
CREATE TABLE `user_refresh_tokens` (
	`token_hash` binary(32) NOT NULL,
	`family_id` binary(16) NOT NULL,
	`subject_id` binary(16) NOT NULL,
	`subject_kind` varchar(6) NOT NULL,
	`expires_at` datetime(3) NOT NULL,
	`spent_at` datetime(3),
	`created_at` datetime(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
	CONSTRAINT `user_refresh_tokens_token_hash` PRIMARY KEY(`token_hash`)
);
--> statement-breakpoint
CREATE TABLE `user_wallet_entries` (
	`id` binary(16) NOT NULL,
	`member_id` binary(16) NOT NULL,
	`kind` varchar(7) NOT NULL,
	`paid_amount` bigint NOT NULL,
	`free_amount` bigint NOT NULL,
	`order_id` binary(16),
	`reason` varchar(200),
	`created_at` datetime(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
	CONSTRAINT `user_wallet_entries_id` PRIMARY KEY(`id`)
);
--> statement-breakpoint
CREATE TABLE `user_wallets` (
	`member_id` binary(16) NOT NULL,
	`paid_amount` bigint NOT NULL,
	`free_amount` bigint NOT NULL,
	CONSTRAINT `user_wallets_member_id` PRIMARY KEY(`member_id`),
	CONSTRAINT `user_wallets_amounts` CHECK(`user_wallets`.`paid_amount` >= 0 AND `user_wallets`.`free_amount` >= 0)
);
--> statement-breakpoint
CREATE INDEX `platform_audit_log_subject` ON `platform_audit_log` (`subject_id`);--> statement-breakpoint
CREATE INDEX `platform_inbox_handled` ON `platform_inbox` (`handled_at`);--> statement-breakpoint
CREATE INDEX `platform_outbox_waiting` ON `platform_outbox` (`dispatched_at`,`owner_id`);--> statement-breakpoint
CREATE INDEX `platform_parked_event_due` ON `platform_parked_event` (`state`,`next_try_at`);--> statement-breakpoint
CREATE INDEX `platform_idempotency_key_created` ON `platform_idempotency_key` (`created_at`);--> statement-breakpoint
CREATE INDEX `banner_banners_shown` ON `banner_banners` (`placement`,`position`,`id`);--> statement-breakpoint
CREATE INDEX `catalog_product_styles_style` ON `catalog_product_styles` (`style_id`,`product_id`);--> statement-breakpoint
CREATE INDEX `catalog_products_newest` ON `catalog_products` (`state`,`id`);--> statement-breakpoint
CREATE INDEX `catalog_products_price` ON `catalog_products` (`state`,`sale_price`,`id`);--> statement-breakpoint
CREATE INDEX `catalog_products_popular` ON `catalog_products` (`state`,`sold_units`,`id`);--> statement-breakpoint
CREATE INDEX `catalog_products_type_newest` ON `catalog_products` (`type_id`,`state`,`id`);--> statement-breakpoint
CREATE INDEX `catalog_products_type_price` ON `catalog_products` (`type_id`,`state`,`sale_price`,`id`);--> statement-breakpoint
CREATE INDEX `catalog_products_type_popular` ON `catalog_products` (`type_id`,`state`,`sold_units`,`id`);--> statement-breakpoint
CREATE INDEX `catalog_skus_product` ON `catalog_skus` (`product_id`);--> statement-breakpoint
CREATE INDEX `catalog_stock_entries_sku` ON `catalog_stock_entries` (`sku_id`);--> statement-breakpoint
CREATE INDEX `order_orders_member` ON `order_orders` (`member_id`,`id`);--> statement-breakpoint
CREATE INDEX `user_refresh_tokens_family` ON `user_refresh_tokens` (`family_id`);--> statement-breakpoint
CREATE INDEX `user_refresh_tokens_expiry` ON `user_refresh_tokens` (`expires_at`);--> statement-breakpoint
CREATE INDEX `user_wallet_entries_member` ON `user_wallet_entries` (`member_id`,`id`);