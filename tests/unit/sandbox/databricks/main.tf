terraform {
  required_providers {
    databricks = { source = "databricks/databricks" }
  }
}

variable "comment" { default = "staging" }
variable "read_only" { default = false }
variable "owner" { default = "data-platform" }
variable "role" { default = "full" }
variable "isolation_mode" { default = "ISOLATION_MODE_ISOLATED" }

resource "databricks_storage_credential" "full" {
  name            = "full"
  comment         = var.comment
  owner           = var.owner
  read_only       = var.read_only
  isolation_mode  = var.isolation_mode
  skip_validation = true
  force_destroy   = true
  force_update    = true
  aws_iam_role {
    role_arn = "arn:aws:iam::123456789012:role/${var.role}"
  }
}

resource "databricks_storage_credential" "minimal" {
  name            = "minimal"
  skip_validation = true
  aws_iam_role {
    role_arn = "arn:aws-us-gov:iam::123456789012:role/minimal"
  }
}

resource "databricks_external_location" "full" {
  name               = "Full_Location"
  url                = "s3://staging/full/"
  credential_name    = databricks_storage_credential.full.name
  comment            = var.comment
  owner              = var.owner
  read_only          = var.read_only
  fallback           = var.read_only
  isolation_mode     = var.isolation_mode
  enable_file_events = false
  skip_validation    = true
  force_destroy      = true
  force_update       = true
}

resource "databricks_external_location" "minimal" {
  name            = "minimal"
  url             = "s3://staging/minimal"
  credential_name = databricks_storage_credential.minimal.name
  skip_validation = true
}

resource "databricks_external_location" "events" {
  name               = "events"
  url                = "s3://staging-events"
  credential_name    = databricks_storage_credential.minimal.name
  enable_file_events = true
  skip_validation    = true
  file_event_queue {
    managed_sqs {}
  }
}

resource "databricks_grants" "location" {
  external_location = databricks_external_location.minimal.id
  grant {
    principal  = "account users"
    privileges = var.read_only ? ["READ_FILES"] : ["READ_FILES", "WRITE_FILES"]
  }
}

resource "databricks_grant" "credential" {
  storage_credential = databricks_storage_credential.full.id
  principal          = "engineers"
  privileges         = ["CREATE_EXTERNAL_LOCATION"]
}

resource "databricks_workspace_binding" "credential" {
  securable_name = databricks_storage_credential.full.name
  securable_type = "storage_credential"
  workspace_id   = 7474
}

data "databricks_storage_credential" "full" {
  name       = databricks_storage_credential.full.name
  depends_on = [databricks_storage_credential.full]
}

data "databricks_storage_credentials" "all" {
  depends_on = [databricks_storage_credential.full, databricks_storage_credential.minimal]
}

data "databricks_external_location" "minimal" {
  name = databricks_external_location.minimal.name
}

data "databricks_current_metastore" "this" {}

data "databricks_current_user" "me" {}
