DROP INDEX `coupon_member_coupons_expiry` ON `coupon_member_coupons`;--> statement-breakpoint
CREATE INDEX `order_flash_sale_counters_state` ON `order_flash_sale_counters` (`state`);--> statement-breakpoint
CREATE INDEX `coupon_member_coupons_expiry` ON `coupon_member_coupons` (`reminded`,`open_until`);--> statement-breakpoint
INSERT INTO `order_deadlines` (`order_id`, `due_at`)
SELECT `id`, `placed_at` + INTERVAL 1 MINUTE FROM `order_orders` WHERE `state` = 'placed'
ON DUPLICATE KEY UPDATE `due_at` = `order_deadlines`.`due_at`;
