CREATE TABLE `order_shortages` (
	`order_id` binary(16) NOT NULL,
	`sku_id` binary(16) NOT NULL,
	`requested_quantity` int NOT NULL,
	`available_quantity` int NOT NULL,
	CONSTRAINT `order_shortages_order_id_sku_id_pk` PRIMARY KEY(`order_id`,`sku_id`)
);
--> statement-breakpoint
ALTER TABLE `order_refunds` MODIFY COLUMN `state` varchar(8) NOT NULL;--> statement-breakpoint
ALTER TABLE `platform_parked_event` ADD `outages` smallint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `order_payments` ADD `next_comparison_at` datetime(3);--> statement-breakpoint
ALTER TABLE `order_refunds` ADD `tax_free_amount` bigint;--> statement-breakpoint
ALTER TABLE `order_refunds` ADD `vat_amount` bigint;--> statement-breakpoint
ALTER TABLE `order_refunds` ADD `means` varchar(8) DEFAULT 'provider' NOT NULL;--> statement-breakpoint
ALTER TABLE `order_refunds` ADD `asks` int DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `order_refunds` ADD `next_ask_at` datetime(3);--> statement-breakpoint
ALTER TABLE `order_refunds` ADD `refusal_code` varchar(100);--> statement-breakpoint
ALTER TABLE `order_refunds` ADD `awaits_staff` tinyint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `order_refunds` ADD `note` varchar(500);--> statement-breakpoint
CREATE INDEX `order_payments_next_comparison` ON `order_payments` (`next_comparison_at`);--> statement-breakpoint
CREATE INDEX `order_refunds_next_ask` ON `order_refunds` (`next_ask_at`);--> statement-breakpoint
CREATE INDEX `order_refunds_state` ON `order_refunds` (`state`,`id`);--> statement-breakpoint
CREATE INDEX `order_refunds_staff` ON `order_refunds` (`awaits_staff`,`id`);--> statement-breakpoint
-- Money that is owed since before is asked for again, given up or not: by its own row from now on.
UPDATE `order_refunds` SET `next_ask_at` = CURRENT_TIMESTAMP(3) WHERE `state` = 'due';--> statement-breakpoint
DELETE FROM `platform_parked_event` WHERE `consumer_id` IN (
	SELECT `id` FROM `platform_consumer` WHERE `name` = 'order.refund-payments');--> statement-breakpoint
-- What went back without the shop before is noticed, too.
UPDATE `order_payments` SET `next_comparison_at` = CURRENT_TIMESTAMP(3)
WHERE `state` = 'paid' AND `created_at` > CURRENT_TIMESTAMP(3) - INTERVAL 14 DAY;
