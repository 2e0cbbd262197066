"""What the AWS provider takes: every resource, data source, argument and block of one of its versions."""

from tools.terraform.schema.table import Nested, Shape, data_source, data_sources, provider_version, resource, resources

__all__ = ["Nested", "Shape", "data_source", "data_sources", "provider_version", "resource", "resources"]
