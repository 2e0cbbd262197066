terraform {
  required_version = ">= 1.5"
}

# How many copies of each service may run at once; deployments read it from the state.
resource "terraform_data" "limits" {
  input = { checkout = 3, search = 2 }
}
