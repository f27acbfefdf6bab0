"""Every write to what is claimed and judged. Each says who, when and why, and is safe to repeat."""
