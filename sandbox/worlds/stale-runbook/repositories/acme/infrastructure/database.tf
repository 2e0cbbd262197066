resource "aws_db_instance" "orders" {
  identifier                  = "orders-db"
  engine                      = "postgres"
  engine_version              = "16.4"
  instance_class              = var.orders_db_class
  allocated_storage           = 200
  storage_encrypted           = true
  multi_az                    = true
  backup_retention_period     = 14
  deletion_protection         = true
  manage_master_user_password = true
  username                    = "orders"
}
