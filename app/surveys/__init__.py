"""Satisfaction of visitors: IKM and SKM."""
