"""The questions and answers in the database."""

import uuid

from pymongo import AsyncMongoClient

from qa.condition import now


class Store:
    def __init__(self, settings):
        self._client = AsyncMongoClient(
            settings.mongodb_uri,
            appname="qa-assistant",
            serverSelectionTimeoutMS=1000,
            connectTimeoutMS=1000,
            socketTimeoutMS=5000,
        )
        self._questions = self._client[settings.mongodb_db]["questions"]

    async def ping(self):
        await self._client.admin.command("ping")

    async def newest(self, limit):
        """The newest questions, the oldest of them first."""
        found = await self._questions.find().sort("asked_at", -1).limit(limit).to_list()
        return [shown(each) for each in reversed(found)]

    async def keep(self, question, answer, sources, took_ms):
        kept = {
            "_id": uuid.uuid4().hex,
            "question": question,
            "answer": answer,
            "sources": sources,
            "asked_at": now(),
            "took_ms": took_ms,
        }
        await self._questions.insert_one(kept)
        return shown(kept)

    async def remove(self, question_id):
        return (await self._questions.delete_one({"_id": question_id})).deleted_count == 1

    async def close(self):
        await self._client.close()


def shown(kept):
    return {"id": kept["_id"]} | {name: value for name, value in kept.items() if name != "_id"}
