# turncoat on the CPU: docker build -t turncoat . && docker run --rm -v "$PWD:/work" turncoat compare candidate.gguf baseline.gguf
FROM node:22-slim AS build
WORKDIR /turncoat
COPY . .
RUN npm ci --ignore-scripts --no-audit --no-fund
RUN npm run build
RUN mkdir -p /tmp/packed && npm pack --ignore-scripts --pack-destination /tmp/packed

FROM node:22-slim
COPY --from=build /tmp/packed /tmp/packed
RUN npm install --global --ignore-scripts --no-audit --no-fund /tmp/packed/*.tgz && rm -r /tmp/packed
USER node
WORKDIR /work
ENTRYPOINT ["turncoat"]
