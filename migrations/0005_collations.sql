-- Texts compare the same whatever a server's or database's default is. By MODIFY and not by CONVERT TO,
-- which would take their own collation from texts that are compared exactly.
ALTER DATABASE CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;--> statement-breakpoint
ALTER TABLE `platform_audit_log` DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci,
	MODIFY COLUMN `action` varchar(100) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci NOT NULL,
	MODIFY COLUMN `detail` text CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci NOT NULL;--> statement-breakpoint
ALTER TABLE `platform_consumer` DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci,
	MODIFY COLUMN `name` varchar(100) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci NOT NULL;--> statement-breakpoint
ALTER TABLE `platform_inbox` DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;--> statement-breakpoint
ALTER TABLE `platform_instance` DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;--> statement-breakpoint
ALTER TABLE `platform_outbox` DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci,
	MODIFY COLUMN `events` mediumtext CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci NOT NULL;--> statement-breakpoint
ALTER TABLE `platform_parked_event` DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci,
	MODIFY COLUMN `event` mediumtext CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci NOT NULL,
	MODIFY COLUMN `error` varchar(1000) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci NOT NULL,
	MODIFY COLUMN `state` varchar(8) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci NOT NULL;--> statement-breakpoint
ALTER TABLE `platform_idempotency_key` DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;--> statement-breakpoint
ALTER TABLE `banner_banners` DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci,
	MODIFY COLUMN `placement` varchar(50) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci NOT NULL,
	MODIFY COLUMN `title` varchar(200) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci NOT NULL,
	MODIFY COLUMN `image_url` varchar(500) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci,
	MODIFY COLUMN `link_url` varchar(500) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;--> statement-breakpoint
ALTER TABLE `catalog_product_styles` DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;--> statement-breakpoint
ALTER TABLE `catalog_products` DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci,
	MODIFY COLUMN `name` varchar(200) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci NOT NULL,
	MODIFY COLUMN `description` text CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci NOT NULL,
	MODIFY COLUMN `tax_type` varchar(8) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci DEFAULT 'taxable' NOT NULL,
	MODIFY COLUMN `state` varchar(8) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci DEFAULT 'on_sale' NOT NULL,
	MODIFY COLUMN `thumbnail_url` varchar(500) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci,
	MODIFY COLUMN `images` text CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci NOT NULL;--> statement-breakpoint
ALTER TABLE `catalog_sale_pools` DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;--> statement-breakpoint
ALTER TABLE `catalog_skus` DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci,
	MODIFY COLUMN `options` varchar(500) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci NOT NULL,
	MODIFY COLUMN `state` varchar(8) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci DEFAULT 'on_sale' NOT NULL;--> statement-breakpoint
ALTER TABLE `catalog_stock` DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;--> statement-breakpoint
ALTER TABLE `catalog_stock_entries` DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci,
	MODIFY COLUMN `kind` varchar(8) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci NOT NULL,
	MODIFY COLUMN `reason` varchar(200) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci NOT NULL;--> statement-breakpoint
ALTER TABLE `catalog_stock_holds` DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci,
	MODIFY COLUMN `state` varchar(9) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci NOT NULL,
	MODIFY COLUMN `lines` text CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci NOT NULL;--> statement-breakpoint
ALTER TABLE `catalog_styles` DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci,
	MODIFY COLUMN `name` varchar(50) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci NOT NULL;--> statement-breakpoint
ALTER TABLE `catalog_types` DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci,
	MODIFY COLUMN `name` varchar(50) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci NOT NULL;--> statement-breakpoint
ALTER TABLE `coupon_counters` DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci,
	MODIFY COLUMN `state` varchar(6) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci DEFAULT 'open' NOT NULL;--> statement-breakpoint
ALTER TABLE `coupon_holds` DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci,
	MODIFY COLUMN `state` varchar(9) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci NOT NULL;--> statement-breakpoint
ALTER TABLE `coupon_coupons` DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci,
	MODIFY COLUMN `name` varchar(100) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci NOT NULL,
	MODIFY COLUMN `kind` varchar(20) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci NOT NULL,
	MODIFY COLUMN `scope` varchar(8) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci DEFAULT 'all' NOT NULL,
	MODIFY COLUMN `scope_ids` text CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci,
	MODIFY COLUMN `code` varchar(50) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;--> statement-breakpoint
ALTER TABLE `coupon_issue_members` DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;--> statement-breakpoint
ALTER TABLE `coupon_issues` DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci,
	MODIFY COLUMN `state` varchar(7) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci NOT NULL;--> statement-breakpoint
ALTER TABLE `coupon_known_members` DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;--> statement-breakpoint
ALTER TABLE `coupon_member_coupons` DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci,
	MODIFY COLUMN `state` varchar(8) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci NOT NULL;--> statement-breakpoint
ALTER TABLE `dashboard_sales_quarters` DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;--> statement-breakpoint
ALTER TABLE `order_availability_copies` DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci,
	MODIFY COLUMN `availability` varchar(8) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci NOT NULL;--> statement-breakpoint
ALTER TABLE `order_cart_items` DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;--> statement-breakpoint
ALTER TABLE `order_carts` DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;--> statement-breakpoint
ALTER TABLE `order_coupon_copies` DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci,
	MODIFY COLUMN `kind` varchar(20) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci NOT NULL,
	MODIFY COLUMN `scope` text CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;--> statement-breakpoint
ALTER TABLE `order_deadlines` DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;--> statement-breakpoint
ALTER TABLE `order_flash_sale_counters` DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci,
	MODIFY COLUMN `state` varchar(8) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci NOT NULL;--> statement-breakpoint
ALTER TABLE `order_flash_sales` DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;--> statement-breakpoint
ALTER TABLE `order_flash_tickets` DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci,
	MODIFY COLUMN `state` varchar(8) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci NOT NULL,
	MODIFY COLUMN `payment_method` varchar(12) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci NOT NULL,
	MODIFY COLUMN `address` text CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci NOT NULL;--> statement-breakpoint
ALTER TABLE `order_member_coupon_copies` DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;--> statement-breakpoint
ALTER TABLE `order_lines` DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci,
	MODIFY COLUMN `name` varchar(200) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci NOT NULL,
	MODIFY COLUMN `options` varchar(500) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci NOT NULL,
	MODIFY COLUMN `thumbnail_url` varchar(500) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci,
	MODIFY COLUMN `tax_type` varchar(8) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci NOT NULL;--> statement-breakpoint
ALTER TABLE `order_orders` DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci,
	MODIFY COLUMN `state` varchar(12) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci NOT NULL,
	MODIFY COLUMN `failure_code` varchar(24) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci,
	MODIFY COLUMN `payment_method` varchar(12) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci NOT NULL,
	MODIFY COLUMN `address` text CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci NOT NULL,
	MODIFY COLUMN `stock_answer` varchar(24) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci NOT NULL,
	MODIFY COLUMN `funds_answer` varchar(24) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci NOT NULL,
	MODIFY COLUMN `coupon_answer` varchar(24) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci NOT NULL,
	MODIFY COLUMN `cancel_reason` varchar(200) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;--> statement-breakpoint
ALTER TABLE `order_payments` DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci,
	MODIFY COLUMN `provider` varchar(8) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci NOT NULL,
	MODIFY COLUMN `state` varchar(10) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci NOT NULL,
	MODIFY COLUMN `provider_key` varchar(200) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
	MODIFY COLUMN `redirect_url` varchar(1000) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci,
	MODIFY COLUMN `approval_token` varchar(200) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci,
	MODIFY COLUMN `decline_code` varchar(100) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;--> statement-breakpoint
ALTER TABLE `order_refunds` DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci,
	MODIFY COLUMN `state` varchar(4) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci NOT NULL,
	MODIFY COLUMN `reason` varchar(200) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci NOT NULL;--> statement-breakpoint
ALTER TABLE `order_sku_copies` DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci,
	MODIFY COLUMN `name` varchar(200) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci NOT NULL,
	MODIFY COLUMN `options` varchar(500) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci NOT NULL,
	MODIFY COLUMN `thumbnail_url` varchar(500) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci,
	MODIFY COLUMN `tax_type` varchar(8) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci NOT NULL;--> statement-breakpoint
ALTER TABLE `user_admins` DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci,
	MODIFY COLUMN `login_id` varchar(50) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci NOT NULL,
	MODIFY COLUMN `password_hash` varchar(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci NOT NULL,
	MODIFY COLUMN `role` varchar(7) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci NOT NULL;--> statement-breakpoint
ALTER TABLE `user_funds_holds` DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci,
	MODIFY COLUMN `point_lots` text CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci,
	MODIFY COLUMN `state` varchar(9) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci NOT NULL;--> statement-breakpoint
ALTER TABLE `user_members` DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci,
	MODIFY COLUMN `login_id` varchar(50) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci NOT NULL,
	MODIFY COLUMN `name` varchar(50) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci NOT NULL,
	MODIFY COLUMN `email` varchar(254) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci NOT NULL,
	MODIFY COLUMN `phone` varchar(20) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci NOT NULL,
	MODIFY COLUMN `password_hash` varchar(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci NOT NULL;--> statement-breakpoint
ALTER TABLE `user_point_entries` DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci,
	MODIFY COLUMN `kind` varchar(7) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci NOT NULL,
	MODIFY COLUMN `reason` varchar(200) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;--> statement-breakpoint
ALTER TABLE `user_point_lots` DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;--> statement-breakpoint
ALTER TABLE `user_refresh_tokens` DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci,
	MODIFY COLUMN `subject_kind` varchar(6) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci NOT NULL;--> statement-breakpoint
ALTER TABLE `user_wallet_entries` DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci,
	MODIFY COLUMN `kind` varchar(7) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci NOT NULL,
	MODIFY COLUMN `reason` varchar(200) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;--> statement-breakpoint
ALTER TABLE `user_wallets` DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;
