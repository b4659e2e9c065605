"""What the backend is told at its start, by its words and by its environment."""

import argparse
import os
from dataclasses import dataclass

FEATURES = ("workspace", "local_tools", "automations", "notifications")


@dataclass(frozen=True)
class Settings:
    host: str
    port: int
    mode: str
    mongodb_uri: str
    mongodb_db: str
    data_dir: str | None
    profile_path: str | None
    instance: str | None
    token: str | None
    version: str
    build_sha: str
    llm: dict
    features: dict

    @staticmethod
    def of_command_line():
        parser = argparse.ArgumentParser(prog="qa", description="The backend of the QA assistant.")
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8080)
        parser.add_argument("--mongodb-uri", default=os.environ.get("MONGODB_URI", "mongodb://127.0.0.1:27017"))
        parser.add_argument("--mongodb-db", default=os.environ.get("MONGODB_DB", "qa_assistant"))
        words = parser.parse_args()
        mode = os.environ.get("PROA_MODE", "server")
        return Settings(
            host=words.host,
            port=words.port,
            mode=mode,
            mongodb_uri=words.mongodb_uri,
            mongodb_db=words.mongodb_db,
            data_dir=os.environ.get("PROA_DATA_DIR"),
            profile_path=os.environ.get("PROA_PROFILE"),
            instance=os.environ.get("PROA_INSTANCE"),
            # Proa gives each sidecar a token of its own; a server elsewhere is given one by its operator.
            token=os.environ.get("PROA_TOKEN") or os.environ.get("QA_TOKEN"),
            version=os.environ.get("APP_VERSION", "1.0.0"),
            build_sha=os.environ.get("APP_BUILD_SHA", "unknown"),
            llm={part: os.environ.get(f"LLM_{part.upper()}", "") for part in ("provider", "model", "base_url")},
            features={name: os.environ.get(f"FEATURE_{name.upper()}", "true") == "true" for name in FEATURES}
            | {"local_backend": mode != "server", "local_mongo": mode != "server"},
        )
