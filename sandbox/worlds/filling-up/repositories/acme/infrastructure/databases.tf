resource "aws_db_instance" "orders_db" {
  identifier                  = "orders-db"
  engine                      = "postgres"
  engine_version              = "15.8"
  instance_class              = "db.r6g.large"
  allocated_storage           = 100
  storage_type                = "gp3"
  storage_encrypted           = true
  multi_az                    = true
  backup_retention_period     = 14
  deletion_protection         = true
  username                    = "orders"
  manage_master_user_password = true
}

resource "aws_db_instance" "catalog_db" {
  identifier                  = "catalog-db"
  engine                      = "postgres"
  engine_version              = "15.8"
  instance_class              = "db.r6g.large"
  allocated_storage           = 100
  storage_type                = "gp3"
  storage_encrypted           = true
  multi_az                    = true
  backup_retention_period     = 14
  deletion_protection         = true
  username                    = "catalog"
  manage_master_user_password = true
}
