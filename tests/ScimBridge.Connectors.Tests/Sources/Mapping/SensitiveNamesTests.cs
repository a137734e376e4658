using ScimBridge.Connectors.Sources.Mapping;

namespace ScimBridge.Connectors.Tests.Sources.Mapping;

public sealed class SensitiveNamesTests
{
    [Theory]
    [InlineData("pay", "pay")]
    [InlineData("Base Salary", "pay")]
    [InlineData("compensationNav.results[0].amount", "pay")]
    [InlineData("IBAN", "a bank account")]
    [InlineData("Bank_Account", "a bank account")]
    [InlineData("SSN", "a national identifier")]
    [InlineData("nationalId", "a national identifier")]
    [InlineData("National ID", "a national identifier")]
    [InlineData("personal.taxId", "a national identifier")]
    [InlineData("healthInsurance", "health")]
    [InlineData("Religion", "belief, origin or private life")]
    [InlineData("dateOfBirth", "the date of birth")]
    [InlineData("BIRTH_DATE", "the date of birth")]
    [InlineData("DOB", "the date of birth")]
    [InlineData("Leave_Reason", "the reason of a leave")]
    [InlineData("absenceReason", "the reason of a leave")]
    public void Name_of_what_must_stay_where_it_is(string name, string what) => Assert.Equal(what, SensitiveNames.Find(name));

    [Theory]
    [InlineData("companyName")]
    [InlineData("Payroll ID")]
    [InlineData("nationality")]
    [InlineData("terminationReason")]
    [InlineData("leaveType")]
    [InlineData("embankment")]
    [InlineData("personNav.personalInfoNav.results[0].firstName")]
    [InlineData("Business_Title")]
    [InlineData("addressLine1")]
    public void Name_that_only_looks_alike(string name) => Assert.Null(SensitiveNames.Find(name));
}
