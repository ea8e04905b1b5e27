ALTER TABLE `order_refunds` ADD `tax_free_amount` bigint;--> statement-breakpoint
ALTER TABLE `order_refunds` ADD `vat_amount` bigint;