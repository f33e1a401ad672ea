"""Reads PromptStream's embeddings as the inputs of a Segment Anything mask decoder, and sends prompts."""

from .batch import Batch as Batch
from .errors import AccessError as AccessError, PromptStreamError as PromptStreamError
from .errors import RecordError as RecordError, ServiceError as ServiceError
from .pairing import Prompt as Prompt
from .producer import PromptProducer as PromptProducer
from .reader import EmbeddingReader as EmbeddingReader
from .registry import SchemaRegistry as SchemaRegistry
