"""Stands in for the official package, which the registries of the tests do not have: its names and shapes only.

The mask of a prompt is the left part of the image; the score says which.
"""

import numpy as np
import torch


class PromptEncoder(torch.nn.Module):
    def __init__(self, image_pe):
        super().__init__()
        self.image_pe = torch.as_tensor(image_pe)
        self.mask_downscaling = torch.nn.Sequential(torch.nn.Conv2d(16, 256, 1))

    def get_dense_pe(self):
        return self.image_pe


class MaskDecoder(torch.nn.Module):
    def forward(
        self, image_embeddings, image_pe, sparse_prompt_embeddings, dense_prompt_embeddings, multimask_output
    ):
        prompts = len(sparse_prompt_embeddings)
        assert image_embeddings.shape == image_pe.shape == (1, 256, 64, 64)
        assert sparse_prompt_embeddings.shape[2:] == (256,)
        assert dense_prompt_embeddings.shape == (prompts, 256, 64, 64)
        self.dense = dense_prompt_embeddings
        scores = torch.tensor([0.25, 0.75, 0.5] if multimask_output else [0.5])
        columns = torch.arange(256)
        logits = torch.where(columns < 256 * scores[:, None, None], 1.0, -1.0).expand(len(scores), 256, 256)
        return logits.expand(prompts, -1, -1, -1), scores.expand(prompts, -1)


class Sam(torch.nn.Module):
    mask_threshold = 0.0
    device = torch.device("cpu")

    def __init__(self, image_pe):
        super().__init__()
        self.prompt_encoder, self.mask_decoder = PromptEncoder(image_pe), MaskDecoder()

    def postprocess_masks(self, masks, input_size, original_size):
        return torch.nn.functional.interpolate(masks, original_size)


class SamPredictor:
    images = 0

    def __init__(self, sam):
        self.sam = sam

    def set_image(self, image):
        assert image.dtype == np.uint8 and image.shape[2] == 3
        SamPredictor.images += 1
        self.features = torch.zeros(1, 256, 64, 64)
        self.original_size = self.input_size = image.shape[:2]


sam_model_registry = {"vit_b": None}
