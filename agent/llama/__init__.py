"""The local model: llama.cpp in process."""
