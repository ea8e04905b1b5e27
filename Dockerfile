# The shop for real: no embedded servers, no build tools, no root.
# DATABASE_URL and REDIS_URL must be set; compose.yaml shows how.

FROM node:24-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# The sources are not there yet, so nothing can be built at this point; esbuild, which tools use,
# ships its binary in a package and needs no script.
RUN npm ci --ignore-scripts
COPY tsconfig.json tsconfig.build.json ./
COPY src src
COPY scripts scripts
RUN npm run build && npm prune --omit=dev --ignore-scripts

FROM node:24-bookworm-slim
ENV NODE_ENV=production HOST=0.0.0.0 PORT=3000 SHOP_DATA_DIR=/data SHOP_SEED=none
WORKDIR /app
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/dist dist
COPY migrations migrations
# Pictures, and the token secret where SHOP_JWT_SECRET is not set.
RUN install -d -o node -g node /data
VOLUME /data
USER node
EXPOSE 3000
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:' + process.env.PORT + '/health/ready').then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
# Without npm in between, so that SIGTERM reaches the shop.
CMD ["node", "--max-semi-space-size=32", "dist/src/main.js"]
