# syntax=docker/dockerfile:1
# Build it in your own registry: docker build -t scimbridge .
# The publish line below is the one that a test runs (DockerfileTests), so that it is known to work.
FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
WORKDIR /source
COPY . .
RUN dotnet publish src/ScimBridge.Server/ScimBridge.Server.csproj -c Release -o /app --nologo

# "extra" brings ICU and time zones, which names and dates of people need; chiseled images have no shell and no root.
FROM mcr.microsoft.com/dotnet/aspnet:10.0-noble-chiseled-extra
WORKDIR /app
COPY --from=build /app .
USER $APP_UID
# bridge.json, and with SQLite the database, live in a volume.
VOLUME /data
WORKDIR /data
ENV SCIMBRIDGE__server__url=http://0.0.0.0:8080
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s CMD ["dotnet", "/app/ScimBridge.Server.dll", "health", "--url", "http://127.0.0.1:8080"]
ENTRYPOINT ["dotnet", "/app/ScimBridge.Server.dll"]
CMD ["serve", "--config", "/data/bridge.json"]
