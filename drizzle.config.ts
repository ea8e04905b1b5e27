import { defineConfig } from 'drizzle-kit';

export default defineConfig({
  dialect: 'mysql',
  schema: [
    './src/platform/*/*.tables.ts',
    './src/modules/*/*.tables.ts',
    './src/modules/*/*/*.tables.ts',
  ],
  out: './migrations',
});
